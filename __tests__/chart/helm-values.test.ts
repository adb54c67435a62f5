import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { ChartError } from '../../chart/errors.ts';
import { isObject, type Json, type JsonObject } from '../../chart/json.ts';
import { mergeFiles, mergeOverDefaults } from '../../chart/merge-values.ts';
import { applySets } from '../../chart/set-flag.ts';
import { parseValuesFile } from '../../chart/values-file.ts';
import { type Helm, helmBinaries, runHelm } from '../support/helm.ts';
import * as cases from '../support/values-cases.ts';

/** What a user passes to Helm, over what a chart has. */
interface Input {
  readonly defaults?: JsonObject;
  readonly files?: readonly string[];
  readonly flags?: readonly cases.Flag[];
}

const refused = 'refused';
const fileContent = 'text, {of} a file\n';

const scalars: Input = { files: [cases.scalars.map((scalar, i) => `k${i}: ${scalar}\n`).join('')] };
const keys: Input = { files: [cases.keys.map((key, i) => `${key}: ${i}\n`).join('')] };
const flagValues: Input = { flags: cases.flagValues.map(([kind, value], i) => [kind, `k${i}=${value}`]) };

const ofFile = (text: string): Input => ({ files: [text] });
const ofFlag = (flag: cases.Flag): Input => ({ files: [cases.flagBase], flags: [flag] });
const ofFlagAlone = (flag: cases.Flag): Input => ({ flags: [flag] });

/** Helm runs once for each of these, before the tests. */
const inputs: Input[] = [
  ...[scalars, keys, flagValues],
  ...[...cases.files, ...[...cases.differing, ...cases.limits].map(({ text }) => text)].map(ofFile),
  ...cases.flags.map(ofFlag),
  ...cases.differingFlags.map(({ flag }) => ofFlagAlone(flag)),
];
const results = new Map<string, Json>();

jest.setTimeout(60_000);
let helms: Helm[];
let workspace: string;

beforeAll(async () => {
  helms = await helmBinaries();
  workspace = await mkdtemp(join(tmpdir(), 'helm-values-'));
  await Promise.all(
    helms.map(async (helm) => {
      for (const input of inputs) results.set(idOf(helm.name, input), await helmReads(helm, input));
    }),
  );
}, 900_000);

afterAll(() => rm(workspace, { recursive: true }));

describe('a values file', () => {
  test.each([
    ['all scalars', scalars],
    ['all keys', keys],
  ])('has %s read as Helm reads them', (_, input) => {
    expect(weRead(input)).not.toBe(refused);
    expectAgreement(input);
  });

  test.each(cases.files)('is read, or refused, as by Helm: %j', (text) => {
    expectAgreement(ofFile(text));
  });

  test.each(cases.differing)('is refused where Helm 4 and 3 differ: $text', ({ text, helm4, helm3 }) => {
    expect(results.get(idOf('helm 4', ofFile(text)))).toEqual(helm4);
    expect(results.get(idOf('helm 3', ofFile(text)))).toEqual(helm3);
    expect(weRead(ofFile(text))).toBe(refused);
  });

  test.each(cases.limits)('is refused with a reason, though Helm reads it: $text', ({ text, helm, error }) => {
    for (const { name } of helms) expect(results.get(idOf(name, ofFile(text)))).toEqual(helm);
    expect(() => parseValuesFile(text, 'values.yaml')).toThrow(error);
  });

  test('has any plain scalar read as Helm reads it', async () => {
    const unit = fc.constantFrom(...'0123456789+-._xXoObBeEyYnNtTfF~');
    const scalar = fc
      .string({ unit, minLength: 1, maxLength: 8 })
      .filter((text) => text !== '-' && !/^[-+]?\.(inf|nan)$/i.test(text));

    await expectAgreementOnAll(fc.array(scalar, { minLength: 300, maxLength: 300 }), 5, (texts) => ({
      files: [texts.map((text, i) => `k${i}: ${text}\n`).join('')],
    }));
  });

  test('has any JSON read as Helm reads it', async () => {
    await expectAgreementOnAll(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), 10, (values) => ({
      files: [JSON.stringify(values)],
    }));
  });
});

describe('a flag', () => {
  test('has all values read as Helm reads them', () => {
    expect(weRead(flagValues)).not.toBe(refused);
    expectAgreement(flagValues);
  });

  test.each(cases.flags)('is taken, or refused, as by Helm: --%s %j', (...flag) => {
    expectAgreement(ofFlag(flag));
  });

  test.each(cases.differingFlags)('is taken differently by Helm 4 and 3: $flag', ({ flag, helm4, helm3, ours }) => {
    expect(results.get(idOf('helm 4', ofFlagAlone(flag)))).toEqual(helm4);
    expect(results.get(idOf('helm 3', ofFlagAlone(flag)))).toEqual(helm3);
    expect(weRead(ofFlagAlone(flag))).toEqual(ours);
  });

  test('is applied in the order of Helm, over earlier flags', async () => {
    const kind = fc.constantFrom<cases.Flag[0]>('set', 'set-string', 'set-literal', 'set-json', 'set-file');
    const path = fc.constantFrom('a', 'b', 'a.x', 'a.y.z', 'b[0]', 'b[1]', 'c[0].x', 'c[1].y[0]', 'd');
    const value = fc.constantFrom('1', '"t"', 'null', 'true', '[1]', '{"x":2}', '');
    const flag = fc.tuple(kind, path, value).map(([kind, path, value]): cases.Flag => {
      // Of files there is one.
      return [kind, `${path}=${kind === 'set-file' && value !== '' ? 'content.txt' : value}`];
    });

    await expectAgreementOnAll(fc.array(flag, { minLength: 1, maxLength: 6 }), 20, (flags) => ({ flags }));
  });
});

describe('merging', () => {
  const scalar = fc.constantFrom<Json>(null, null, 0, 1, '', 'text', false);
  const { map } = fc.letrec<{ value: Json; map: JsonObject }>((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, scalar, tie('map'), fc.array(tie('value'), { maxLength: 2 })),
    map: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'global'), tie('value'), { maxKeys: 4 }),
  }));

  test('gives what Helm 4 computes, and what Helm 3 does apart from the nulls of the defaults', async () => {
    await fc.assert(
      fc.asyncProperty(map, map, map, async (defaults, first, second) => {
        const input = { defaults, files: [JSON.stringify(first), JSON.stringify(second)] };

        const [helm4, helm3] = await bothHelmsRead(input);

        expect(weRead(input)).toEqual(helm4);
        expect(withoutNulls(weRead(input))).toEqual(withoutNulls(helm3));
      }),
      { numRuns: 30 },
    );
  });

  test.each<[claim: string, Input, helm4: Json, helm3: Json]>([
    [
      'drops the nulls of the defaults as Helm 4 does, while Helm 3 keeps them',
      { defaults: { a: null, b: { c: null, d: 1 } } },
      { b: { d: 1 } },
      { a: null, b: { c: null, d: 1 } },
    ],
    [
      'drops a null over a null at the top, and keeps it below',
      { defaults: { a: null, b: { c: null } }, files: ['{a: ~, b: {c: ~}}'] },
      { b: { c: null } },
      { b: { c: null } },
    ],
    [
      'deletes a default by null, and keeps other nulls',
      { defaults: { a: 1, b: { c: 1, d: 2 }, e: 1 }, files: ['{a: ~, b: {c: ~, x: ~}, e: {x: ~}, y: ~}'] },
      { b: { d: 2, x: null }, e: { x: null }, true: null },
      { b: { d: 2, x: null }, e: { x: null }, true: null },
    ],
  ])('%s', async (_, input, helm4, helm3) => {
    expect(await bothHelmsRead(input)).toEqual([helm4, helm3]);
    expect(weRead(input)).toEqual(helm4);
  });
});

function expectAgreement(input: Input): void {
  const ours = weRead(input);
  for (const { name } of helms) expect({ [name]: results.get(idOf(name, input)) }).toEqual({ [name]: ours });
}

async function expectAgreementOnAll<T>(values: fc.Arbitrary<T>, numRuns: number, toInput: (value: T) => Input) {
  await fc.assert(
    fc.asyncProperty(values, async (value) => {
      const input = toInput(value);

      const theirs = await bothHelmsRead(input);

      expect(theirs).toEqual([weRead(input), weRead(input)]);
    }),
    { numRuns },
  );
}

function weRead({ defaults = {}, files = [], flags = [] }: Input): Json {
  try {
    const fromFiles = files.map((text) => parseValuesFile(text, 'values.yaml')).reduce(mergeFiles, {});
    const setFlags = flags.map(([kind, text]) => ({ kind, text, read: () => fileContent }));
    return mergeOverDefaults(defaults, applySets(fromFiles, setFlags));
  } catch (error) {
    if (error instanceof ChartError) return refused;
    throw error;
  }
}

async function bothHelmsRead(input: Input): Promise<[helm4: Json, helm3: Json]> {
  const [helm4, helm3] = helms as [Helm, Helm];
  return await Promise.all([helmReads(helm4, input), helmReads(helm3, input)]);
}

async function helmReads(helm: Helm, { defaults = {}, files = [], flags = [] }: Input): Promise<Json> {
  const cwd = await mkdtemp(join(workspace, 'chart-'));
  const write = (name: string, text: string) => writeFile(join(cwd, name), text);
  await mkdir(join(cwd, 'templates'));
  await write('Chart.yaml', 'apiVersion: v2\nname: values\nversion: 1.0.0\n');
  await write('values.yaml', JSON.stringify(defaults));
  await write('templates/values.yaml', '{"apiVersion":"v1","kind":"List","values":{{ .Values | toJson }}}\n');
  await write('content.txt', fileContent);
  await Promise.all(files.map((text, i) => write(`${i}.yaml`, text)));

  const options = [...files.keys()].map((i) => `--values=${i}.yaml`);
  const settings = flags.map(([kind, text]) => `--${kind}=${text}`);
  const { stdout, stderr, exitCode } = await runHelm(helm.path, ['template', '.', ...options, ...settings], { cwd });
  if (exitCode === 0) return (JSON.parse(stdout.slice(stdout.indexOf('{'))) as { values: Json }).values;
  if (/failed to parse|failed parsing/.test(stderr)) return refused;
  throw new Error(`${helm.name} failed, but not because of the values: ${stderr}`);
}

function idOf(name: Helm['name'], input: Input): string {
  return `${name} ${JSON.stringify(input)}`;
}

function withoutNulls(value: Json): Json {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, element]) => element !== null);
  return Object.fromEntries(kept.map(([key, element]) => [key, withoutNulls(element)]));
}
