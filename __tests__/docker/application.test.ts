import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { Browser } from '../../scripts/validate/browser.ts';
import { presets } from '../../values/presets.ts';
import { Application } from '../support/application.ts';
import { buildImages } from '../support/build-images.ts';
