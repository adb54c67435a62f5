import { gzipSync } from 'node:zlib';
import { currentRevision, isPending, type ReleaseRecord, readRevisions } from '../../scripts/helm-release.ts';
import { sameRelease } from '../../scripts/same-release.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const FILES = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\nkeywords: []\n',
  'values.yaml': 'a: 1\nb: null\n',
  'values.schema.json': '{}',
  '.helmignore': '# ours\n*.bak\n.git/\n/top.txt\n',
  'README.md': 'text',
  'old.bak': 'ignored',
  '.git/HEAD': 'ignored',
  'top.txt': 'ignored',
  'sub/top.txt': 'kept',
  'templates/a.yaml': 'kind: A',
  'templates/.hidden': 'ignored',
};

describe('the record of Helm', () => {
  test('is read from its Secrets, oldest first, packed or not', async () => {
    const asked: unknown[] = [];
    const packed = (value: object) => twice(gzipSync(JSON.stringify(value)));
    const cluster = {
      list: (async (...args: unknown[]) => {
        asked.push(args);
        return [
          { data: { release: packed(record({ version: 10, apply_method: 'ssa', config: { a: 1 } })) } },
          { data: { release: twice(Buffer.from(JSON.stringify(record({ version: 9, config: null })))) } },
        ];
      }) as never,
    };

    const revisions = await readRevisions(cluster, 'n', 'shop');

    expect(asked).toEqual([
      [
        '/api/v1/namespaces/n/secrets',
        { labelSelector: 'owner=helm,name=shop', fieldSelector: 'type=helm.sh/release.v1' },
      ],
    ]);
    expect(revisions).toMatchObject([
      { revision: 9, values: {}, serverSide: false, status: 'deployed', description: 'done' },
      { revision: 10, values: { a: 1 }, serverSide: true, chart: { name: 'shop', version: '0.1.0', appVersion: '' } },
    ]);
    expect(revisions[0]!.updated.toISOString()).toBe('2026-11-21T10:00:00.123Z');
  });

  test.each(['configmap', 'sql', 'memory'])('is not looked for where HELM_DRIVER is %s', async (driver) => {
    process.env.HELM_DRIVER = driver;
    try {
      await expect(readRevisions({ list: async () => [] }, 'n', 'shop')).rejects.toThrow(
        `HELM_DRIVER is '${driver}'; this command reads releases from Secrets only: unset it`,
      );
    } finally {
      delete process.env.HELM_DRIVER;
    }
  });

  test('says which revision is there, and whether one has not ended', () => {
    const revisions = (...statuses: string[]) => statuses.map((status, i) => ({ status, revision: i + 1 }) as never);

    expect(currentRevision(revisions('superseded', 'deployed', 'failed'))?.revision).toBe(2);
    expect(currentRevision(revisions('superseded', 'failed'))?.revision).toBe(2);
    expect(currentRevision([])).toBeUndefined();
    expect(['pending-install', 'uninstalling', 'failed'].map((status) => isPending({ status } as never))).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('an upgrade', () => {
  let directory: TemporaryDirectory;

  beforeEach(async () => {
    directory = await TemporaryDirectory.create(FILES);
  });
  afterEach(() => directory.remove());

  test('to the same files and values records the same, whatever the order of keys', async () => {
    expect(await sameRelease(recorded({ b: 1, a: { c: null } }), directory.path, { a: { c: null }, b: 1 })).toBe(true);
  });

  test.each([
    ['values', {}, { a: 2 }],
    ['a value that is null', {}, { a: null }],
    ['a template', { 'templates/a.yaml': 'kind: B' }, {}],
    ['a new template', { 'templates/b.yaml': '' }, {}],
    ['a file', { 'README.md': 'other' }, {}],
    ['the schema', { 'values.schema.json': '{"type":"object"}' }, {}],
    ['the defaults', { 'values.yaml': 'a: 2\nb: null\n' }, {}],
    ['the version', { 'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.1\n' }, {}],
    ['subcharts, which Helm does not record', { 'charts/x.tgz': '' }, {}],
  ])('is another one with other: %s', async (_, files, values) => {
    for (const [path, text] of Object.entries(files)) await directory.write(path, text);

    expect(await sameRelease(recorded({}), directory.path, values)).toBe(false);
  });

  test('is the same with other files that Helm ignores, and not without one that it does not', async () => {
    await directory.write('new.bak', '');
    await directory.write('.git/config', '');
    expect(await sameRelease(recorded({}), directory.path, {})).toBe(true);

    const { record: whole } = recorded({});
    const withFiles = (files: typeof whole.chart.files) => ({
      record: { ...whole, chart: { ...whole.chart, files: files! } },
      values: {},
    });
    const less = whole.chart.files!.filter(({ name }) => name !== 'sub/top.txt');
    const more = [...whole.chart.files!, { name: 'gone.txt', data: '' }];
    expect(await sameRelease(withFiles(less), directory.path, {})).toBe(false);
    expect(await sameRelease(withFiles(more), directory.path, {})).toBe(false);
  });
});

function recorded(values: object): { record: ReleaseRecord; values: never } {
  return { record: record({ config: values }), values: values as never };
}

function record(rest: object): ReleaseRecord {
  const file = (name: keyof typeof FILES) => ({ name, data: Buffer.from(FILES[name]).toString('base64') });
  return {
    name: 'shop',
    version: 1,
    manifest: '',
    info: { status: 'deployed', description: 'done', last_deployed: '2026-11-21T10:00:00.123456789Z' },
    chart: {
      metadata: { name: 'shop', version: '0.1.0', apiVersion: 'v2' } as never,
      templates: [file('templates/a.yaml')],
      files: [file('.helmignore'), file('README.md'), file('sub/top.txt')],
      values: { a: 1, b: null },
      schema: Buffer.from('{}').toString('base64'),
    },
    ...rest,
  };
}

function twice(content: Buffer): string {
  return Buffer.from(content.toString('base64')).toString('base64');
}
