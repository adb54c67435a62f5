import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { CommandError } from '../command-error.ts';
import { firstLine } from '../first-line.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome.exe', 'msedge'];

export interface Viewport {
  readonly width: number;
  readonly height: number;
}

/** A headless Chromium with an empty profile. */
export class Browser {
  private constructor(
    readonly context: BrowserContext,
    private readonly profile: string,
  ) {}

  /** @throws one line where there is no browser, saying how to get one */
  static async open(options: Viewport): Promise<Browser> {
    const browser = await Browser.tryOpen(options);
    if (browser !== undefined) return browser;
    const message = `no Chromium is on PATH: install it (apt-get install chromium), or name one with TODO_TEST_BROWSER`;
    throw Object.assign(new Error(message), { stack: message });
  }

  /** @returns undefined where there is none */
  static async tryOpen(viewport: Viewport): Promise<Browser | undefined> {
    const executablePath = process.env.TODO_TEST_BROWSER ?? (await tryFindOnPath());
    if (executablePath === undefined) return undefined;
    const profile = await mkdtemp(join(tmpdir(), 'browser-'));
    const { chromium } = await import('playwright-core');
    const launched = chromium.launchPersistentContext(profile, {
      executablePath,
      args: [
        ...['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
        ...['--disable-component-update', '--disable-sync'],
        // Chromium's own sandbox does not start as root, as in many a container.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
      // As everywhere here, a certificate of one's own will do.
      ignoreHTTPSErrors: true,
      viewport,
      timezoneId: 'Europe/Berlin',
      locale: 'en-GB',
    });
    const context = await launched.catch(async (cause: Error) => {
      await rm(profile, { recursive: true, force: true });
      throw new CommandError(`${executablePath} does not start: ${firstLine(cause.message)}`, { cause });
    });
    return new Browser(context, profile);
  }

  async close(): Promise<void> {
    await this.context.close();
    await rm(this.profile, { recursive: true, force: true });
  }
}

async function tryFindOnPath(): Promise<string | undefined> {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(directory, name);
      if (
        await access(path).then(
          () => true,
          () => false,
        )
      )
        return path;
    }
  }
  return undefined;
}
