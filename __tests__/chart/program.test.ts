import { z } from 'zod';
import { ChartError, defineProgram, type Program, type Rule } from '../../chart/index.ts';
import { configOf } from '../support/small-program.ts';

const define = (more: Partial<Program>) =>
  defineProgram({ name: 'demo', version: '1.0.0', values: z.object({}), build: () => {}, ...more });

test.each(['demo', 'a', '1', 'a-1', 'x'.repeat(53)])("the name '%s'", (name) => {
  expect(define({ name }).name).toBe(name);
});

test.each(['', 'Demo', 'a_b', 'a.b', '-a', 'a-', 'a/b', 'x'.repeat(54)])("refuses the name '%s'", (name) => {
  expect(() => define({ name })).toThrow(
    new ChartError(`'${name}' is no name for a chart; expected lowercase letters, digits and dashes, at most 53`),
  );
});

test.each(['0.1.0', '1.2.3-rc.1', '1.2.3+build', '1.2.3-rc.1+build'])("the version '%s'", (version) => {
  expect(define({ version }).version).toBe(version);
});

test.each(['', '1', '1.0', 'v1.0.0', '1.0.0.0', 'latest'])("refuses the version '%s'", (version) => {
  expect(() => define({ version })).toThrow(
    new ChartError(`'${version}' is no version; expected a semantic one such as 1.0.0`),
  );
});

test.each(['Local', '../local', 'a b'])("refuses the profile '%s'", (profile) => {
  expect(() => define({ profiles: { local: {}, [profile]: {} } })).toThrow(
    new ChartError(`'${profile}' is no name for a profile; expected lowercase letters, digits and dashes`),
  );
});

test('refuses values that a chart cannot check', () => {
  expect(() => configOf({ v: z.date().default(new Date(0)) }, () => ({}))).toThrow(/^values\.v is a zod 'date', /);
});

test.each(['nope', 'box.nope', 'names.0', 'none.deep'])("refuses a rule that names '%s'", (path) => {
  const values = {
    names: z.array(z.string()).default([]),
    box: z.object({}).prefault({}),
    none: z.object({ deep: z.int() }).nullable(),
  };
  const rules = [{ left: path, op: '<', right: 1, message: 'why' }] as const;

  expect(() => configOf(values, () => ({}), { rules })).toThrow(
    new ChartError(
      `a rule names '${path}', which is not a value that values.yaml holds; expected a dotted path of the values schema`,
    ),
  );
});

test.each([
  ['quantity', '1'],
  ['duration', '1s'],
] as const)('a rule refuses a %s whose schema takes other texts', (as, fallback) => {
  const rules: Rule[] = [{ left: 'timeout', op: '<=', right: 60, as, message: 'why' }];

  expect(() => configOf({ timeout: z.string().default(fallback) }, () => ({}), { rules })).toThrow(
    new RegExp(
      `^a rule reads values\\.timeout as a ${as}, but its schema allows ".*", which is none; give it a pattern`,
    ),
  );
});
