import { readFileSync } from 'node:fs';
import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { explainField } from '../../chart/explain/explain-field.ts';
import { type ExplainedUse, explainValue } from '../../chart/explain/explain-value.ts';
import { explainedProgram } from '../../chart/explain/explained-program.ts';
import { type SourceLine, SourceProject } from '../../chart/explain/source-project.ts';
import { defineProgram, type Program } from '../../chart/index.ts';
import { shopProgram } from '../support/shop-program.ts';

const FILE = '__tests__/support/shop-program.ts';
const project = new SourceProject(process.cwd());
const shop = explainedProgram(shopProgram(), { project, schema: { file: FILE, name: 'shopValues' } });

afterAll(() => project.close());

describe('a value', () => {
  test.each<[string, string[]]>([
    [
      'web.replicas',
      [
        'Deployment/web spec.replicas: value when web.scaled is off',
        'Scaler/web spec.least.pods: value when web.scaled is on',
      ],
    ],
    [
      'web.scaled',
      [
        'Deployment/web spec.replicas: presence when web.scaled is off',
        'Scaler/web : presence when web.scaled is on',
        'Service/web spec.options: presence when web.scaled is on or tls is set',
        'Service/web spec.options.theme: presence when web.scaled is on',
      ],
    ],
    ['web.image.repository', ['Deployment/web spec.template.spec.containers[web].image: text']],
    [
      'web.image.digest',
      ['Deployment/web spec.template.spec.containers[web].image: text when web.image.digest is set'],
    ],
    [
      'web.type',
      [
        'Service/web spec.ports[http].nodePort: presence when web.type is NodePort and web.nodePort is set',
        'Service/web spec.type: value',
      ],
    ],
    [
      'web.port',
      [
        'Deployment/web spec.template.spec.containers[web].env[PORT].value: value',
        'Service/web spec.ports[http].port: value',
      ],
    ],
    ['env', ['Deployment/web spec.template.spec.containers[web].env[*]: each']],
    ['env[].value', ['Deployment/web spec.template.spec.containers[web].env[*].value: value when env[].value is set']],
    [
      'theme',
      [
        'Deployment/web metadata.annotations[checksum/theme]: hash',
        'Service/web spec.options.theme: value when web.scaled is on',
      ],
    ],
    ['hosts', ['Service/web spec.hosts[*]: each']],
    ['files[].text', ['Service/web spec.texts.*: value']],
    ['jobs', ['Job/* : each']],
    ['jobs[].name', ['Job/* metadata.name: value']],
    [
      'tls',
      [
        'Service/web spec.options: presence when web.scaled is on or tls is set',
        'Service/web spec.options.tls: presence when tls is set',
        'Service/web spec.secret: presence when tls is set',
      ],
    ],
    ['tls.secret', ['Service/web spec.secret: value when tls is set']],
    ['unused', []],
  ])('%s is told with every place that it reaches', (path, expected) => {
    const { uses } = explainValue(path, shop);

    expect(uses.map(inShort)).toEqual(expected);
  });

  test('of two words decides which of them it is', () => {
    const { uses } = explainValue('web.account.create', shop);

    expect(uses.map(({ role, cases }) => ({ role, cases }))).toEqual([
      {
        role: 'choice',
        cases: [
          { what: 'web', when: 'web.account.create is on' },
          { what: 'default', when: 'web.account.create is off' },
        ],
      },
    ]);
  });

  test('that is a map gives way to some keys and takes the place of others', () => {
    const { uses } = explainValue('labels', shop);

    expect(uses.map(({ field, role, except }) => ({ field, role, except }))).toEqual([
      { field: 'metadata.labels.app', role: 'replaces', except: undefined },
      { field: 'metadata.labels.*', role: 'each', except: ['part', 'those of extraLabels'] },
    ]);
  });

  test('that is hashed is told with its place in what is hashed', () => {
    const [use] = explainValue('theme', shop).uses;

    expect(use!.hashed).toEqual(['THEME']);
  });

  test('is told with the rules that read it, also as a condition', () => {
    expect(explainValue('web.scaled', shop).rules).toEqual([
      'when web.type is NodePort and web.scaled is off, web.nodePort (web.port where it is null) must be at most 30000: keep it low',
    ]);
    expect(explainValue('theme', shop).rules).toEqual(['theme must be set: choose one']);
  });

  test('is found in NOTES.txt and in raw templates, where a longer name is another value', () => {
    const { mentions } = explainValue('web.port', shop);

    expect(mentions).toEqual([
      { file: 'templates/NOTES.txt', line: 1, text: expect.stringContaining('listens on') },
      { file: 'templates/extra.yaml', line: 2, text: 'port: {{ .Values.web.port }}' },
    ]);
  });

  test.each([
    ['web', 'web: z'],
    ['web.replicas', "replicas: z.int().min(0).default(2).describe('Pods.'),"],
    ['web.image.digest', '.object({ repository: z.string().min(1).default(repository), digest:'],
    ['env[].value', 'value: z.string().nullable()'],
  ])('%s is declared at the line that has its key', (path, text) => {
    const { declared } = explainValue(path, shop);

    expect(declared).toHaveLength(1);
    expect(sourceOf(declared[0]!)).toContain(text);
  });

  test('has a type, a description and a default', () => {
    const { type, description, defaults } = explainValue('web.replicas', shop);

    expect({ type, description, defaults }).toEqual({
      type: 'an integer at least 0',
      description: 'Pods.',
      defaults: { shop: 2 },
    });
  });

  test('that is an object is told by its parts', () => {
    const { parts } = explainValue('web.image', shop);

    expect(parts!.map(({ path, uses }) => [path, uses.length])).toEqual([
      ['web.image.repository', 1],
      ['web.image.digest', 1],
    ]);
  });

  test.each([
    ['web.replica', 'web.replica is not a value; did you mean web.replicas?'],
    ['image.digst', 'image.digst is not a value; did you mean web.image.digest?'],
    [
      'zzz',
      'zzz is not a value; the values begin with web, env, labels, extraLabels, jobs, tls, files, hosts, theme and unused',
    ],
  ])('%s is refused with what is like it', (path, message) => {
    expect(() => explainValue(path, shop)).toThrow(message);
  });

  test.each([
    ['env[].value', 'env[].value'],
    ['env.value', 'env[].value'],
    ['env[0].value', 'env[].value'],
    ['env[*].value', 'env[].value'],
    ['files.readme.text', 'files[].text'],
    ['labels.team', 'labels'],
  ])('%s means %s', (path, meant) => {
    expect(explainValue(path, shop).path).toBe(meant);
  });
});

describe('a field', () => {
  test('is told with what stands there, its template and the values that made it', () => {
    const [field] = explainField('Deployment/web', 'spec.template.spec.containers[0].image', shop);

    expect(field!.field).toBe('spec.template.spec.containers[web].image');
    expect(field!.byDefault).toEqual(['shop:latest']);
    expect(field!.lines.flatMap(({ file, text }) => text.map((line) => `${file}: ${line.trim()}`))).toEqual([
      'templates/web.yaml: {{- if .Values.web.image.digest }}',
      'templates/web.yaml: image: {{ printf "%s@%s" .Values.web.image.repository .Values.web.image.digest | quote }}',
      'templates/web.yaml: {{- else }}',
      'templates/web.yaml: image: {{ printf "%s:latest" .Values.web.image.repository | quote }}',
      'templates/web.yaml: {{- end }}',
    ]);
    expect(field!.values.map(({ path, role, when }) => [path, role, when])).toEqual([
      ['web.image.repository', 'text', ''],
      ['web.image.digest', 'text', 'web.image.digest is set'],
    ]);
  });

  test('is told with the key in the construct, and the key that the caller passed it on under', () => {
    const [field] = explainField('Deployment/web', 'spec.replicas', shop);

    expect(field!.written.map(sourceOf)).toEqual([
      'replicas: props.replicas,',
      'replicas: scaled ? undefined : replicas,',
    ]);
    expect(field!.made.map(sourceOf)).toEqual([
      'super(scope, id, {',
      "new Web(this, 'web', {",
      'build: (chart: Chart, values: Values) => void new Shop(chart, values),',
    ]);
  });

  test('whose key is in a function that is called is told with both keys, and not followed to other callers', () => {
    const [labels] = explainField('Deployment/web', 'spec.template.metadata.labels', shop);

    expect(labels!.written.map(sourceOf)).toEqual([
      'return { labels: props.labels };',
      "metadata: meta({ labels: { tier: 'web' } }),",
    ]);
  });

  test('is told with the lines that read its values while its object was made', () => {
    const [image] = explainField('Deployment/web', 'spec.template.spec.containers[web].image', shop);
    const [port] = explainField('Deployment/web', 'spec.template.spec.containers[web].env[PORT].value', shop);
    const [hash] = explainField('Deployment/web', 'metadata.annotations[checksum/theme]', shop);

    expect(image!.values.map(({ read }) => read.map(sourceOf))).toEqual([
      ["function reference({ repository, digest }: WebProps['image']): string {"],
      ["function reference({ repository, digest }: WebProps['image']): string {"],
    ]);
    expect(port!.values[0]!.read.map(sourceOf)).toEqual([expect.stringContaining("name: 'PORT'")]);
    expect(hash!.values[0]!.read.map(sourceOf)).toEqual(['const theme = { THEME: values.theme };']);
  });

  test('of a fixed text has no values, and the line of its item', () => {
    const [field] = explainField('web.yaml', 'spec.template.spec.containers[web].env[PORT].name', shop);

    expect(field!.values).toEqual([]);
    expect(field!.written.map(sourceOf).at(-1)).toMatch("{ name: 'PORT',");
  });

  test('that is not there by default is told with when it is', () => {
    const [field] = explainField('Scaler/web', 'spec.least.pods', shop);

    expect({ when: field!.when, byDefault: field!.byDefault }).toEqual({ when: 'web.scaled is on', byDefault: [] });
    expect(field!.values.map(({ path, role }) => [path, role])).toEqual([
      ['web.replicas', 'value'],
      ['web.scaled', 'presence'],
    ]);
  });

  test('under a key that several maps may have is told for each of them', () => {
    const fields = explainField('Deployment/web', 'metadata.labels.team', shop);

    expect(fields.map(({ field, values }) => [field, values.map(({ path }) => path)])).toEqual([
      ['metadata.labels.*', ['labels']],
      ['metadata.labels.*', ['extraLabels']],
    ]);
  });

  test.each([
    ['deployment/web', 'metadata.annotations.checksum/theme', 'metadata.annotations[checksum/theme]'],
    ['templates/web.yaml', "metadata.annotations['checksum/theme']", 'metadata.annotations[checksum/theme]'],
    ['web.yaml', 'spec.template.spec.containers[0].env[1].value', 'spec.template.spec.containers[web].env[*].value'],
    ['Job/*', 'metadata.name', 'metadata.name'],
    ['Scaler/web', 'spec.least.of', 'spec[least.of]'],
    ['Scaler/web', 'spec.least.pods', 'spec.least.pods'],
    ['web.yaml', '', ''],
  ])('of %s is found as %s', (object, field, name) => {
    expect(explainField(object, field, shop).map((each) => each.field)).toEqual([name]);
  });

  test.each([
    ['Deployment/shop', '', 'there is no Deployment/shop in the chart; there is Deployment/web'],
    ['wb.yaml', '', 'there is no wb.yaml in the chart; there is web.yaml'],
    ['Pod/a', '', 'there is no Pod/a in the chart; there is Deployment/web, Scaler/web, Service/web and Job/*'],
    ['Job/a', '', 'there is no Job/a in the chart; there is Job/*'],
    ['Deployment/web', 'spec.paused', 'spec has no paused; it has replicas and template'],
    [
      'Deployment/web',
      'spec.template.spec.containers[db].image',
      'spec.template.spec.containers has no [db]; it has [web]',
    ],
    ['Deployment/web', 'spec.replicas.x', 'spec.replicas has no x; it has nothing below it'],
  ])('of %s, %s, is refused with what there is', (object, field, message) => {
    expect(() => explainField(object, field, shop)).toThrow(message);
  });
});

describe('what only Helm has', () => {
  const values = z.object({
    redis: z.object({ enabled: z.boolean().default(true) }).prefault({}),
    watched: z.boolean().default(true),
  });
  const program = defineProgram({
    name: 'shop',
    version: '1.0.0',
    values,
    build: (chart, { watched }) => {
      if (watched)
        new ApiObject(chart, 'watch', { apiVersion: 'example.com/v1', kind: 'Watch', metadata: { name: 'a' } });
    },
    optionalApis: ['example.com/v1'],
    dependencies: [{ name: 'redis', version: '1.0.0', repository: 'https://example.com', condition: 'redis.enabled' }],
  }) as unknown as Program;
  const explained = explainedProgram(program, { project, schema: { file: FILE, name: 'shopValues' } });

  test('an object of an optional API is there where the cluster has it', () => {
    const [use] = explainValue('watched', explained).uses;

    expect(use!.when).toBe('the cluster has example.com/v1 and watched is on');
    expect(explainField('Watch/a', 'kind', explained)[0]!.when).toBe(use!.when);
  });

  test.each([
    ['redis.enabled', ['it decides whether the subchart redis is there', 'the subchart redis gets it']],
    ['redis.auth.password', ['the subchart redis gets it']],
    ['watched', []],
  ])('%s is told with what it does to subcharts', (path, expected) => {
    expect(explainValue(path, explained).subcharts).toEqual(expected);
  });
});

function inShort({ object, field, role, when }: ExplainedUse): string {
  return `${object} ${field}: ${role}${when === '' ? '' : ` when ${when}`}`;
}

/** What stands at a line, read from the file itself. */
function sourceOf({ file, line }: SourceLine): string {
  return readFileSync(file, 'utf8').split('\n')[line - 1]!.trim();
}
