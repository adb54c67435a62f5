import fc from 'fast-check';
import { z } from 'zod';
import { ChartError, manifests } from '../../chart/index.ts';
import { mergeFiles } from '../../chart/merge-values.ts';
import { applySets, type SetFlag } from '../../chart/set-flag.ts';
import { parseValuesFile } from '../../chart/values-file.ts';
import { ChartDirectory, RELEASE } from '../support/chart-directory.ts';
import { type Helm, helmBinaries } from '../support/helm.ts';
import { byName } from '../support/parity.ts';
import { configOf } from '../support/small-program.ts';

/** What a user types: values files by name, then flags, in any order. */
type Flag = readonly [kind: SetFlag['kind'], text: string];

const FILES: Readonly<Record<string, string>> = {
  'first.yaml': 'text: first\ncount: 012\nlist: [a, b]\nmap: {k: v, l: w}\nbox: {port: 1}\n',
  'second.yaml': 'text: "second"\nmap: {d: ~, m: yes it is}\nlist: [c]\n',
  'content.txt': 'line one\n{{ two }}, three\n',
};

const program = configOf(
  {
    text: z.string().default('a'),
    count: z.int().default(1),
    on: z.boolean().default(false),
    none: z.string().nullable(),
    list: z.array(z.string()).default([]),
    map: z.record(z.string(), z.string()).default({ d: 'default' }),
    box: z.object({ port: z.int().default(80), host: z.string().default('localhost') }).prefault({}),
    items: z.array(z.object({ name: z.string(), size: z.int().default(5) })).default([]),
    any: z.unknown().default({ deep: [1] }),
  },
  (values) => ({
    text: values.text,
    count: `${values.count}`,
    ...(values.on ? { on: 'yes' } : {}),
    none: values.none ?? 'nothing',
    list: values.list.map((each) => each),
    map: { ...values.map },
    address: `${values.box.host}:${values.box.port}`,
    items: values.items.map(({ name, size }) => ({ name, size: `${size}` })),
    any: values.any,
  }),
);

let helms: Helm[];
let charts: ChartDirectory;

beforeAll(async () => {
  helms = await helmBinaries();
  charts = await ChartDirectory.make();
  await charts.chart(program);
  for (const [name, text] of Object.entries(FILES)) await charts.file(name, text);
});
afterAll(() => charts.close());

describe('a chart gets from helm template what manifests() gets', () => {
  test.each<[claim: string, files: readonly string[], flags: readonly Flag[], data: object]>([
    [
      'from values files in their order',
      ['first.yaml', 'second.yaml'],
      [],
      { text: 'second', count: '10', list: ['c'], map: { k: 'v', l: 'w', m: 'yes it is' } },
    ],
    ['from them the other way round', ['second.yaml', 'first.yaml'], [], { text: 'first', list: ['a', 'b'] }],
    [
      'from --set over files',
      ['first.yaml'],
      [['set', 'count=3,on=true,list[1]=x,map.d=null']],
      { count: '3', on: 'yes', list: ['a', 'x'], map: { k: 'v', l: 'w' } },
    ],
    ['from --set with escapes', [], [['set', 'text=a\\,b,map.a\\.b/c=d']], { text: 'a,b', map: { 'a.b/c': 'd' } }],
    [
      'from --set into new items of a list',
      [],
      [['set', 'items[1].name=b,items[0].name=a,items[1].size=6']],
      {
        items: [
          { name: 'a', size: '5' },
          { name: 'b', size: '6' },
        ],
      },
    ],
    [
      'from --set-string',
      [],
      [['set-string', 'text=012,map.x=true,list={1,null}']],
      { text: '012', map: { x: 'true' }, list: ['1', 'null'] },
    ],
    [
      'from --set-json',
      ['first.yaml'],
      [['set-json', 'map={"z":"1"},none="null",box.port=9']],
      { none: 'null', address: 'localhost:9' },
    ],
    ['from --set-json of any shape', [], [['set-json', 'any=[1,{"a":null}]']], { any: [1, { a: null }] }],
    ['from --set-file', [], [['set-file', 'text=content.txt,map.f=content.txt']], { text: FILES['content.txt'] }],
    ['from --set-literal', [], [['set-literal', 'text={a},b=c\\']], { text: '{a},b=c\\' }],
    [
      'from all of them, in the order of Helm, not of the command line',
      ['first.yaml'],
      [
        ['set-literal', 'none=literal'],
        ['set-file', 'text=content.txt'],
        ['set-string', 'text=string,map.k=string'],
        ['set', 'text=set,count=7,map.k=set'],
        ['set-json', 'text="json"'],
        ['set-json', 'count=6'],
        ['set-json', 'on=true'],
      ],
      { text: FILES['content.txt'], count: '7', on: 'yes', none: 'literal', map: { k: 'string', l: 'w' } },
    ],
  ])('%s', async (_, files, flags, data) => {
    const plain = byName(plainly(files, flags));

    expect(plain['ConfigMap config']).toMatchObject({ data });
    for (const helm of helms)
      expect({ [helm.name]: await charts.objects(helm, 'demo', ...typed(files, flags)) }).toEqual({
        [helm.name]: plain,
      });
  });

  test.each<[files: readonly string[], flags: readonly Flag[], message: RegExp]>([
    [[], [['set', 'text=1']], /^text is 1; expected a string$/],
    [[], [['set-string', 'count=1']], /^count is "1"; expected an integer$/],
    [[], [['set-json', 'list=["a",1]']], /^list\[1\] is 1; expected a string$/],
    [[], [['set-file', 'count=content.txt']], /^count is "line one.*; expected an integer$/],
    [[], [['set-literal', 'on=true']], /^on is "true"; expected true or false$/],
    [[], [['set', 'box.port=null']], /^box.port is missing; expected an integer$/],
    [
      ['first.yaml'],
      [['set', 'text.deep=1']],
      /^--set: 'text\.' goes into a string as if it were a map; set the whole map$/,
    ],
    [[], [['set', 'typo=1']], /^typo is not a value$/],
  ])('or both refuse: %j %j', async (files, flags, message) => {
    expect(() => plainly(files, flags)).toThrow(message);
    for (const helm of helms) {
      const { exitCode } = await charts.template(helm, 'demo', ...typed(files, flags));
      expect({ [helm.name]: exitCode }).toEqual({ [helm.name]: 1 });
    }
  });

  test('for any flags in any order', async () => {
    const assignment = fc.oneof(
      fc.constantFrom<Flag>(['set', 'count=2'], ['set', 'on=true'], ['set', 'list={a,b}'], ['set', 'map.d=null']),
      fc.constantFrom<Flag>(['set-string', 'text=7'], ['set-string', 'list[0]=1'], ['set-string', 'map.k=s']),
      fc.constantFrom<Flag>(['set-json', 'map={"j":"1"}'], ['set-json', 'none=null'], ['set-json', 'list=[]']),
      fc.constantFrom<Flag>(['set-file', 'text=content.txt'], ['set-file', 'map.k=content.txt']),
      fc.constantFrom<Flag>(['set-literal', 'text=a,b=c'], ['set-literal', 'map.k={x}'], ['set', 'any.deep=null']),
    );
    const files = fc.shuffledSubarray(['first.yaml', 'second.yaml']);
    let taken = 0;

    await fc.assert(
      fc.asyncProperty(files, fc.array(assignment, { maxLength: 6 }), async (names, flags) => {
        const plain = refusedOr(() => byName(plainly(names, flags)));

        for (const helm of helms) {
          const { exitCode } = await charts.template(helm, 'demo', ...typed(names, flags));
          expect(exitCode === 0).toBe(plain !== 'refused');
          if (plain !== 'refused') expect(await charts.objects(helm, 'demo', ...typed(names, flags))).toEqual(plain);
        }
        taken += plain === 'refused' ? 0 : 1;
      }),
      { numRuns: 25, seed: 1 },
    );

    expect(taken).toBeGreaterThan(10);
  });
});

function plainly(files: readonly string[], flags: readonly Flag[]) {
  const fromFiles = files.map((file) => parseValuesFile(FILES[file]!, file)).reduce(mergeFiles, {});
  const sets = flags.map(([kind, text]): SetFlag => ({ kind, text, read: (path) => FILES[path]! }));
  return manifests(program, { values: applySets(fromFiles, sets), release: RELEASE });
}

function typed(files: readonly string[], flags: readonly Flag[]): string[] {
  return [...flags.map(([kind, text]) => `--${kind}=${text}`), ...files.map((file) => `-f=${file}`)];
}

function refusedOr<T>(action: () => T): T | 'refused' {
  try {
    return action();
  } catch (error) {
    if (error instanceof ChartError) return 'refused';
    throw error;
  }
}
