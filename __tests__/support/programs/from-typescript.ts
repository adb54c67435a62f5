import { ApiObject, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import * as k8s from 'cdk8s-plus-28/lib/imports/k8s.js';
import { z } from 'zod';
import { defineProgram, type Program, sha256 } from '../../../chart/index.ts';

const NAMES = { defineProgram, ApiObject, Chart, kplus, k8s, z, sha256 };

/** Runs the text of a program that `typescriptOf` printed, so that what is shown is what was tried. */
export function programFrom(typescript: string): Program {
  const make = new Function(...Object.keys(NAMES), `'use strict'; return ${typescript};`);
  return make(...Object.values(NAMES)) as Program;
}
