import { createHash } from 'node:crypto';
import { z } from 'zod';
import { compileTemplates } from '../../../chart/compile.ts';
import { sha256 } from '../../../chart/index.ts';
import { configOf, refusalOf } from '../../support/small-program.ts';

const s = { s: z.string().default('a') };

/** How to do without a look into a string. */
const WHOLE =
  'print it whole or in a template literal, add a value for what is made of it, or branch on a boolean, an enum or null';
const BRANCH = 'branch on a boolean or an enum of its own';
const NULLABLE = 'to leave it out, make it .nullable() and branch on null';
const CANNOT = 'which a template cannot work out';

describe('a look into a string', () => {
  test.each<[string, (text: string) => unknown, string]>([
    [
      'trim',
      (text) => text.trim(),
      'values.s (.trim() at app.ts:1): for values.s = " abc " build makes "abc", where a template that passes the value on prints " abc "; let a .regex() in the values schema refuse what is trimmed',
    ],
    [
      'trimEnd',
      (text) => text.trimEnd(),
      'values.s (.trimEnd() at app.ts:1): for values.s = " abc " build makes " abc", where a template that passes the value on prints " abc "; let a .regex() in the values schema refuse what is trimmed',
    ],
    [
      'toUpperCase',
      (text) => text.toUpperCase(),
      'values.s (.toUpperCase() at app.ts:1): for values.s = "a" build makes "A", where a template that passes the value on prints "a"; let a .regex() in the values schema demand that case',
    ],
    [
      'toLowerCase',
      (text) => text.toLowerCase(),
      'values.s (.toLowerCase() at app.ts:1): for values.s = "ABC" build makes "abc", where a template that passes the value on prints "ABC"; let a .regex() in the values schema demand that case',
    ],
    ['length', (text) => text.length, `values.s: for values.s = "a" build makes 1, ${CANNOT}; ${WHOLE}`],
    ['an index', (text) => text[0], `values.s: for values.s = "a" build makes "a", ${CANNOT}; ${WHOLE}`],
    [
      'at',
      (text) => text.at(-1),
      `values.s (.at() at app.ts:1): for values.s = "a" build makes "a", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'slice',
      (text) => text.slice(0, 3),
      `values.s (.slice() at app.ts:1): for values.s = "a" build makes "a", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'substring',
      (text) => text.substring(1),
      `values.s (.substring() at app.ts:1): for values.s = "a" build makes "", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'split',
      (text) => text.split('-'),
      `values.s (.split() at app.ts:1): for values.s = "a-b" build makes ["a","b"], where a template that passes the value on prints ["a-b"]; ${WHOLE}`,
    ],
    [
      'a part of a split',
      (text) => text.split('.')[0],
      `values.s (.split() at app.ts:1): for values.s = "a.b" build makes "a", where a template that passes the value on prints "a.b"; ${WHOLE}`,
    ],
    [
      'replace',
      (text) => text.replaceAll('/', '-'),
      `values.s (.replaceAll() at app.ts:1): for values.s = "a/b" build makes "a-b", where a template that passes the value on prints "a/b"; ${WHOLE}`,
    ],
    [
      'replace by a pattern',
      (text) => text.replace(/[^a-z]/g, ''),
      `values.s (.replace() at app.ts:1): for values.s = " abc " build makes "abc", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'padStart',
      (text) => text.padStart(5),
      `values.s (.padStart() at app.ts:1): for values.s = "a" build makes "    a", where a template that passes the value on prints "a"; ${WHOLE}`,
    ],
    [
      'normalize',
      (text) => text.normalize('NFD'),
      `values.s (.normalize() at app.ts:1): for values.s = "ü€😀" build makes "ü€😀", where a template that passes the value on prints "ü€😀"; ${WHOLE}`,
    ],
    [
      'includes',
      (text) => (text.includes('.') ? 'yes' : 'no'),
      `values.s (.includes() at app.ts:1): for values.s = "a.b" build makes "yes", ${CANNOT}; ${BRANCH}`,
    ],
    [
      'startsWith',
      (text) => (text.startsWith('oci://') ? 'yes' : 'no'),
      `values.s (.startsWith() at app.ts:1): for values.s = "oci://" build makes "yes", ${CANNOT}; ${BRANCH}`,
    ],
    [
      'indexOf',
      (text) => text.indexOf('@'),
      `values.s (.indexOf() at app.ts:1): for values.s = "a@b.c" build makes 1, ${CANNOT}; ${BRANCH}`,
    ],
    [
      'localeCompare',
      (text) => text.localeCompare('m'),
      `values.s (.localeCompare() at app.ts:1): for values.s = "a" build makes -1, ${CANNOT}; ${BRANCH}`,
    ],
    [
      'a pattern',
      (text) => (/^oci:/.test(text) ? 'yes' : 'no'),
      `values.s (.test() at app.ts:1): for values.s = "oci:" build makes "yes", ${CANNOT}; ${BRANCH}`,
    ],
    [
      'match',
      (text) => text.match(/\d+/)?.[0] ?? 'none',
      `values.s (.match() at app.ts:1): for values.s = "a" build makes "none", ${CANNOT}; ${BRANCH}`,
    ],
    [
      'one of several',
      (text) => (['prod', 'test'].includes(text) ? 'yes' : 'no'),
      `values.s (.includes() at app.ts:1): for values.s = "prod" build makes "yes", ${CANNOT}; ${BRANCH}`,
    ],
    [
      '=== with the default',
      (text) => (text === 'a' ? 'yes' : 'no'),
      `values.s: for values.s = "a" build makes "yes", ${CANNOT}; ${WHOLE}`,
    ],
    ['<', (text) => (text < 'm' ? 'yes' : 'no'), `values.s: for values.s = "a" build makes "yes", ${CANNOT}; ${WHOLE}`],
    [
      'a switch',
      (text) => ({ a: 'yes' })[text] ?? 'no',
      `values.s: for values.s = "a" build makes "yes", ${CANNOT}; ${WHOLE}`,
    ],
    [
      "'' as a condition",
      (text) => (text ? 'yes' : 'no'),
      `values.s: for values.s = "" build makes "no", ${CANNOT}; ${NULLABLE}`,
    ],
    [
      '|| where ?? is meant',
      (text) => text || 'none',
      `values.s: for values.s = "" build makes "none", where a template that passes the value on prints ""; ${NULLABLE}`,
    ],
    ['!', (text) => !text, `values.s: for values.s = "" build makes true, ${CANNOT}; ${NULLABLE}`],
    ['Number', (text) => Number(text), `values.s: for values.s = "" build makes 0, ${CANNOT}; ${NULLABLE}`],
    [
      'parseInt',
      (text) => Number.parseInt(text, 10),
      `values.s: for values.s = "1" build makes 1, ${CANNOT}; ${WHOLE}`,
    ],
    [
      'JSON',
      (text) => JSON.stringify({ text }),
      `values.s: for values.s = "a\\n" build makes "{\\"text\\":\\"a\\\\n\\"}", where a template that passes the value on prints "{\\"text\\":\\"a\\n\\"}"; ${WHOLE}`,
    ],
    [
      'encodeURIComponent',
      (text) => encodeURIComponent(text),
      `values.s: for values.s = "a" build makes "a", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'base64',
      (text) => Buffer.from(text).toString('base64'),
      `values.s: for values.s = "a" build makes "YQ==", ${CANNOT}; ${WHOLE}`,
    ],
    [
      'a hash by hand',
      (text) => createHash('sha256').update(text).digest('hex'),
      `values.s: for values.s = "a" build makes "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb", ${CANNOT}; hash a map or list of it with sha256() of the compiler, which a template can do as well`,
    ],
    [
      'a part of a sha256',
      (text) => sha256([text]).slice(0, 8),
      `values.s: for values.s = "a" build makes "0eb5b8d6", ${CANNOT}; ${WHOLE}`,
    ],
  ])('%s', (_, look, expected) => {
    expect(refusalOf(configOf(s, (v) => ({ a: look(v.s) })))).toBe(`config.data.a looks into ${expected}`);
  });

  test('spread', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: [...v.s] })))).toBe(
      `config.data.a looks into values.s: for values.s = "a" build makes ["a"], ${CANNOT}; ${WHOLE}`,
    );
  });

  test('in text', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: `http://${v.s.trim()}/` })))).toBe(
      'config.data.a looks into values.s (.trim() at app.ts:1): for values.s = " abc " build makes "http://abc/", where a template that passes the value on prints "http:// abc /"; let a .regex() in the values schema refuse what is trimmed',
    );
  });

  test('that a construct is made for', () => {
    expect(refusalOf(configOf(s, (v) => (v.s === '' ? {} : { a: v.s })))).toBe(
      `config.data.a looks into values.s: for values.s = "" build makes nothing, where a template that passes the value on prints ""; ${NULLABLE}`,
    );
  });

  test('in the notes', () => {
    expect(refusalOf(configOf(s, () => ({}), { notes: (v) => `Hello ${v.s.toUpperCase()}` }))).toBe(
      `NOTES.txt looks into values.s (.toUpperCase() at app.ts:1): for values.s = "a" build makes "Hello A", ${CANNOT}; let a .regex() in the values schema demand that case`,
    );
  });

  test('by a function of a library that takes no text that is not known', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: btoa(v.s) })))).toBe(
      `config looks into values.s (at app.ts:1) and fails while that is not known: Invalid character; ${WHOLE}`,
    );
  });

  test('only where two branches are taken', () => {
    const choices = { on: z.boolean().default(false), mode: z.enum(['x', 'y', 'z']).default('x') };
    const program = configOf({ ...s, ...choices }, (v) => ({ a: !v.on && v.mode === 'z' ? v.s.trim() : 'off' }));

    expect(refusalOf(program)).toBe(
      'config.data.a looks into values.s (.trim() at app.ts:1): for values.s = " abc ", values.mode = "z" build makes "abc", where a template that passes the value on prints " abc "; let a .regex() in the values schema refuse what is trimmed',
    );
  });

  test('that is made in a branch which prints nothing of it', () => {
    const program = configOf({ ...s, on: z.boolean().default(true) }, (v) => ({
      a: v.on ? 'on' : v.s.includes('q7x') ? 'yes' : 'no',
    }));

    expect(refusalOf(program)).toBe(
      `config.data.a looks into values.s (.includes() at app.ts:1): for values.s = "q7x", values.on = false build makes "yes", ${CANNOT}; ${BRANCH}`,
    );
  });

  test('of which a pattern allows little', () => {
    const version = {
      version: z
        .string()
        .regex(/^v[0-9]+$/)
        .default('v1'),
    };

    expect(refusalOf(configOf(version, (v) => ({ a: v.version.slice(1) })))).toBe(
      `config.data.a looks into values.version (.slice() at app.ts:1): for values.version = "v1" build makes "1", ${CANNOT}; ${WHOLE}`,
    );
  });

  test('that is one of two', () => {
    const two = { one: z.string().default('a'), other: z.string().default('b') };

    expect(refusalOf(configOf(two, (v) => ({ a: `${v.one}-${v.other.toUpperCase()}` })))).toBe(
      `config.data.a looks into values.other (.toUpperCase() at app.ts:1): for values.other = "b" build makes "a-B", ${CANNOT}; let a .regex() in the values schema demand that case`,
    );
  });
});

describe('a look into what Helm knows of a release', () => {
  test('its name', () => {
    expect(refusalOf(configOf({}, (_, release) => ({ a: release.name.split('.')[0] })))).toBe(
      'config.data.a looks into release.name (.split() at app.ts:1): for release.name = "a.b" build makes "a", where a template that passes the value on prints "a.b"; print it whole or in a template literal',
    );
  });

  test('its namespace', () => {
    expect(refusalOf(configOf({}, (_, release) => ({ a: release.namespace === 'default' ? 'yes' : 'no' })))).toBe(
      `config.data.a looks into release.namespace: for release.namespace = "default" build makes "yes", ${CANNOT}; print it whole or in a template literal`,
    );
  });
});

test('names the line of the program that looks', () => {
  const line = Number(/strings\.test\.ts:(\d+)/.exec(new Error().stack!)![1]);
  const names = { names: z.array(z.string()).default([]) };
  const program = configOf(names, (v) => ({ a: v.names.includes('x') ? 'yes' : 'no' }));

  expect(() => compileTemplates(program)).toThrow(
    `config.data.a looks into values.names (.includes() at __tests__/chart/refusals/strings.test.ts:${line + 2}): `,
  );
});

const LABEL = z.string().regex(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/);
const VERSION = z.string().regex(/^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/);

test.each<[string, z.ZodString, (text: string) => unknown]>([
  ['250 characters', z.string(), (text) => text.slice(0, 250)],
  ['whether there are more than 253', z.string(), (text) => (text.length > 253 ? 'long' : 'short')],
  ['letters that are composed', z.string(), (text) => text.normalize()],
  ['two dashes in a label', LABEL, (text) => text.replace('--', '-')],
  ['a part between dashes in a label', LABEL, (text) => (text.includes('-x-') ? 'yes' : 'no')],
  ['a release candidate', VERSION, (text) => (text.includes('-rc') ? 'yes' : 'no')],
])('a look that few texts show: %s', (_, text, look) => {
  const program = configOf({ text: text.default('1.0.0') }, (v) => ({ a: look(v.text) }));

  expect(refusalOf(program)).toMatch(/^config\.data\.a looks into values\.text/);
});
