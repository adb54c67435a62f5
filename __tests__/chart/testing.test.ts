import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { codeWatch } from '../../chart/code-watch.ts';
import { defineProgram, type Program, writeChart } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { CoverageError, checkExamples, checkLaw, LawError } from '../../chart/testing.ts';
import { isWantedName, isWantedNumber } from '../support/compared.ts';
import { helmPaths } from '../support/helm.ts';
import { addConfig, configOf, plainText, programOf } from '../support/small-program.ts';
import { storeNamed } from '../support/store-program.ts';

expect.addSnapshotSerializer(plainText);

const values = {
  name: z.string().min(1).default('web'),
  port: z.int().min(1).max(65535).default(80),
  mode: z.enum(['off', 'some', 'all']).default('off'),
  extra: z.record(z.string(), z.string()).default({}),
  host: z.string().min(1).nullable().default(null),
};

const web = programOf(
  values,
  (chart, v) => {
    addConfig(chart, 'config', { port: v.port, ...(v.mode === 'off' ? {} : { mode: v.mode }), ...v.extra });
    if (v.host !== null) addConfig(chart, 'host', { host: v.host });
  },
  {
    rules: [
      {
        when: [{ path: 'mode', in: ['all'] }],
        left: 'port',
        op: '>=',
        right: 1024,
        message: 'only root has the others',
      },
    ],
    notes: ({ host, name }) => `${name} is at ${host ?? 'localhost'}.\n`,
  },
);

let directory: string;
let helm: string[];

beforeAll(async () => {
  // Some programs run before their law is checked.
  codeWatch();
  directory = await mkdtemp(join(tmpdir(), 'law-'));
  helm = (await helmPaths()).slice(0, 1);
});
afterAll(() => rm(directory, { recursive: true }));

/** The program's chart, changed by hand. */
async function altered(program: Program, file: string, from: string, to: string): Promise<string> {
  const chart = join(await mkdtemp(join(directory, 'chart-')), 'chart');
  await writeChart(program, chart);
  const text = await readFile(join(chart, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(chart, file), text.replace(from, to));
  return chart;
}

/** What the law says of a chart, without the Helm's version. */
async function verdict(program: Program, chart?: string, cases = 40): Promise<string> {
  try {
    await checkLaw(program, { helm, chart, cases });
    return 'it holds';
  } catch (error) {
    if (error instanceof LawError || error instanceof CoverageError)
      return error.message.replaceAll(/v4\.\d+\.\d+/g, 'v4');
    throw error;
  }
}

describe('the law', () => {
  test('holds for a chart as it was written', async () => {
    expect(await verdict(web)).toBe('it holds');
  });

  test('names the object and the field where a guard was altered, for the smallest values', async () => {
    const chart = await altered(web, 'templates/config.yaml', 'ne .Values.mode "off"', 'eq .Values.mode "all"');

    expect(await verdict(web, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  mode: some

ConfigMap config, data.mode
  helm v4: nothing
  manifests(): "some"

seed 1; 4 cases of its batch show the like
`);
  });

  test('sees another type of a leaf', async () => {
    const chart = await altered(web, 'templates/config.yaml', '{{ .Values.port }}', '{{ .Values.port | quote }}');

    expect(await verdict(web, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  {}

ConfigMap config, data.port
  helm v4: "80"
  manifests(): 80

seed 1; 35 cases of its batch show the like
`);
  });

  test('sees a key that a map is to win', async () => {
    const chart = await altered(
      web,
      'templates/config.yaml',
      '{{- if not (hasKey .Values.extra "port") }}',
      '{{- if true }}',
    );

    expect(await verdict(web, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 prints what is no YAML

values (release demo in namespace default):
  extra:
    port: a

duplicated mapping key (7:3)

 4 |   name: config
 5 | data:
 6 |   port: 80
 7 |   "port": "a"
-------^
 8 | 

seed 1; 7 cases of its batch show the like
`);
  });

  test('sees an object that is not there', async () => {
    const chart = await altered(web, 'templates/host.yaml', '{{- if .Values.host }}', '{{- if false }}');

    expect(await verdict(web, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  host: a

ConfigMap host
  helm v4: nothing
  manifests(): {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"host"},"data":{"host":"a"}}

seed 1; 12 cases of its batch show the like
`);
  });

  test('sees other notes', async () => {
    const chart = await altered(web, 'templates/NOTES.txt', ' is at ', ' is on ');

    expect(await verdict(web, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  host: a

NOTES.txt
  helm v4: "\\nweb is on a.\\n"
  manifests(): "web is at a.\\n"

seed 1; 12 cases of its batch show the like
`);
  });

  test('sees a rule with other words', async () => {
    const chart = await altered(web, 'templates/_helpers.tpl', 'only root has the others', 'no');

    expect(await verdict(web, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() do not say the same of broken rules

values (release demo in namespace default):
  mode: all

helm v4:
port (80) must be at least 1024: no
manifests():
port (80) must be at least 1024: only root has the others

seed 1
`);
  });

  test('sees a schema that takes too much, and one that takes too little', async () => {
    const more = await altered(web, 'values.schema.json', '"maximum": 65535', '"maximum": 70000');
    const less = await altered(web, 'values.schema.json', '"maximum": 65535', '"maximum": 60000');

    expect(await verdict(web, more)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 takes invalid values

values (release demo in namespace default):
  port: 65536

helm v4:
takes them
manifests():
port is 65536; expected an integer from 1 to 65535

seed 1
`);
    expect(await verdict(web, less)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 refuses values that manifests() takes

values (release demo in namespace default):
  port: 60001

Error: values don't meet the specifications of the schema(s) in the following chart(s):
c0:
- at '/port': maximum: got 60,001, want 60,000

seed 1
`);
  });

  test('sees a template that Helm cannot render', async () => {
    const chart = await altered(web, 'templates/host.yaml', '{{ .Values.host | quote }}', '{{ .Values.host.name }}');

    expect(await verdict(web, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 refuses values that manifests() takes

values (release demo in namespace default):
  host: a

Error: templates/host.yaml:7:18
  executing "templates/host.yaml" at <.Values.host.name>:
    can't evaluate field name in type interface {}

Use --debug flag to render out invalid YAML

seed 1
`);
  });

  test('counts objects of templates that are written by hand, but for hooks', async () => {
    const raw = (annotation: string) =>
      configOf({}, () => ({}), {
        templates: {
          'raw.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: raw\n  annotations: {${annotation}}\n`,
        },
      });

    expect(await verdict(raw('helm.sh/hook: pre-install'))).toBe('it holds');
    expect(await verdict(raw(''))).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  {}

Secret raw
  helm v4: {"apiVersion":"v1","kind":"Secret","metadata":{"name":"raw","annotations":{}}}
  manifests(): nothing

seed 1; 41 cases of its batch show the like
`);
  });

  test('counts hooks that build makes', async () => {
    const program = programOf({ path: z.string().default('/') }, (chart, v) => {
      const metadata = { name: 'test', annotations: { 'helm.sh/hook': 'test' } };
      new ApiObject(chart, 'test', { apiVersion: 'v1', kind: 'Pod', metadata, spec: { path: v.path } });
    });
    const chart = await altered(program, 'templates/tests/test.yaml', '{{ .Values.path | quote }}', '/');

    expect(await verdict(program, chart)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  path: a

Pod test, spec.path
  helm v4: "/"
  manifests(): "a"

seed 1; 24 cases of its batch show the like
`);
  });

  test('holds with the APIs that a cluster need not have, and without them', async () => {
    const program = programOf(
      values,
      (chart, v) => {
        new ApiObject(chart, 'route', { apiVersion: 'x.example.com/v1', kind: 'Route', metadata: { name: v.name } });
      },
      { optionalApis: ['x.example.com/v1'] },
    );
    const guard = '{{- if .Capabilities.APIVersions.Has "x.example.com/v1" }}';
    const [always, never] = ['{{- if true }}', '{{- if false }}'];

    expect(await verdict(program)).toBe('it holds');
    for (const other of [always, never]) {
      const chart = await altered(program, 'templates/route.yaml', guard, other);
      expect(await verdict(program, chart)).toContain('Route ');
    }
  });

  test('holds for a program with subcharts, one of them with tags', async () => {
    const store = storeNamed('store');
    const program = defineProgram({
      name: 'shop',
      version: '1.0.0',
      values: z.object({
        wanted: z.boolean().default(true),
        store: z.object({ size: z.int().min(1).max(99).default(5) }).prefault({}),
      }),
      dependencies: [
        { program: store, condition: 'wanted' },
        { program: store, alias: 'other', tags: ['others'], values: { name: 'other' } },
      ],
      build: (chart, v) => addConfig(chart, 'shop', { size: `${v.store.size}`, wanted: v.wanted }),
    });

    expect(await verdict(program as unknown as Program)).toBe('it holds');
  });

  test('sees build fail for values that nobody refuses', async () => {
    const program = configOf(values, (v) => v.name);
    const chart = await altered(program, 'README.md', '', '');
    const failing = configOf(values, (v) => {
      if (v.mode === 'all') throw new Error('all is too much');
      return v.name;
    });

    const examples: JsonObject[] = [{ mode: 'some' }, { mode: 'all', name: 'other' }];
    await expect(checkExamples(failing, examples, { helm, chart })).rejects.toThrow('all is too much');
  });
});

describe('looks into values that no template can follow', () => {
  test('a text that stands in a function elsewhere', async () => {
    const program = configOf({ name: z.string().default('web') }, ({ name }) => ({ name, wanted: isWantedName(name) }));

    expect(await verdict(program)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  name: storefront-us

ConfigMap config, data.wanted
  helm v4: false
  manifests(): true

seed 1
`);
  });

  test('a number that stands in a function elsewhere', async () => {
    const program = configOf({ n: z.int().default(1) }, ({ n }) => ({ n, wanted: isWantedNumber(n) }));

    expect(await verdict(program)).toMatchInlineSnapshot(`
the law does not hold for demo: helm v4 and manifests() differ

values (release demo in namespace default):
  "n": 7332

ConfigMap config, data.wanted
  helm v4: false
  manifests(): true

seed 1
`);
  });
});

describe('coverage', () => {
  test('counts what was reached', async () => {
    const { cases, refused, renders, coverage } = await checkLaw(web, { helm, cases: 100 });

    expect({ enough: cases > 100, refused, renders: renders - cases - refused }).toEqual({
      enough: true,
      refused: 31,
      renders: 0,
    });
    expect(coverage.lines.join('\n')).toMatchInlineSnapshot(`
answers  7 of 7, answers of 3 choices
guards   7 of 7, combinations of answers
loops    2 of 2, with one element and with several
keys     2 of 2, pairs that meet in a map
rules    1 of 1 broken, 1 of 1 kept
invalid  30 of 30, values that the schema refuses
code     all of it has run
leaves   literal 9, number 1, string 2, text 2
blocks   if 4, else 1, and/or 1, range over a map 1, hasKey 2, include 1, quote 4
`);
    expect(coverage.missed).toEqual([]);
  });

  test('names the lines that no values have run', async () => {
    const program = configOf({ n: z.int().default(1), on: z.boolean().default(true) }, ({ n, on }) => {
      if (on && n === 1 && !on) {
        return { never: 'made' };
      }
      if (!on && on) throw new Error('never');
      return { n, on };
    });
    const { stack } = new Error();
    const [, here] = /testing\.test\.ts:(\d+)/.exec(stack!)!;

    const { coverage } = await checkLaw(program, { helm, cases: 20 });

    expect(coverage.codeLeft).toEqual([`__tests__/chart/testing.test.ts:${Number(here) - 6}`]);
    expect(coverage.lines).toContain('code     1 line has not run');
  });

  test('takes few cases to reach every combination', async () => {
    const flags = Object.fromEntries('abcde'.split('').map((name) => [name, z.boolean().default(false)]));
    const program = configOf(flags, (v) => ({ all: Object.values(v).every((each) => each) }));

    const { cases, coverage } = await checkLaw(program, { helm, cases: 1 });

    expect(cases).toBeLessThan(40);
    expect(coverage.lines).toContain('guards   32 of 32, combinations of answers');
  });

  test('gives the rule for what no values can reach', async () => {
    const program = configOf(
      { kind: z.enum(['a', 'b']).default('a'), name: z.string().min(1).nullable().default(null) },
      ({ kind, name }) => ({ value: kind === 'b' ? `b ${name}` : 'a' }),
      { rules: [{ when: [{ path: 'kind', in: ['b'] }], left: 'name', op: 'is set', message: 'b has a name' }] },
    );

    const { coverage } = await checkLaw(program, { helm, cases: 20 });

    expect(coverage.impossible).toEqual([
      'config.data.value where values.kind is b and values.name is null (a rule refuses it: b has a name)',
    ]);
  });

  test('is an error where a rule cannot be broken', async () => {
    const program = configOf({ n: z.int().min(1).default(1) }, ({ n }) => ({ n }), {
      rules: [{ left: 'n', op: '>', right: 0, message: 'the schema says so already' }],
    });

    expect(await verdict(program)).toMatchInlineSnapshot(`
no values were found for 1 part of demo:
  no values break the rule: the schema says so already
`);
  });

  test('leaves out what would be two objects of one name, and says how often', async () => {
    const list = z.array(z.string().regex(/^[ab]$/)).default([]);
    const program = programOf({ list }, (chart, v) => {
      for (const each of v.list) addConfig(chart, each, {});
    });

    const { cases, leftOut } = await checkLaw(program, { helm, cases: 50 });

    expect(leftOut).toBeGreaterThan(5);
    expect(cases + leftOut).toBeGreaterThan(50);
  });
});

test('a Helm that is not there is one line', async () => {
  await expect(checkLaw(web, { helm: ['no-such-helm'] })).rejects.toThrow(
    "unable to run 'no-such-helm'. Is it installed?",
  );
});
