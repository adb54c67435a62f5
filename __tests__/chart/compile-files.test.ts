import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { compileTemplates } from '../../chart/compile.ts';
import { addConfig, configOf, expectParity, plainText, programOf, templateOf } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const string = { s: z.string().default('a') };
const flag = { on: z.boolean().default(false) };

describe('files', () => {
  const namesOf = (ids: readonly string[]) => {
    const program = programOf({}, (chart) => {
      for (const id of ids) addConfig(chart, id, {});
    });
    return [...compileTemplates(program).files.keys()];
  };

  test('are named after construct paths', () => {
    expect(namesOf(['todoBackend', 'HPA2', 'a b--c'])).toEqual([
      'templates/todo-backend.yaml',
      'templates/hpa2.yaml',
      'templates/a-b-c.yaml',
    ]);
  });

  test('with equal names are numbered', () => {
    expect(namesOf(['a-b', 'aB', 'a.b'])).toEqual([
      'templates/a-b.yaml',
      'templates/a-b-2.yaml',
      'templates/a-b-3.yaml',
    ]);
  });

  test('of objects that helm test runs are in tests/', async () => {
    const program = programOf({}, (chart) => {
      addConfig(chart, 'config', {});
      new ApiObject(chart, 'check', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', annotations: { 'helm.sh/hook': 'test' } },
      });
    });

    expect([...compileTemplates(program).files.keys()]).toEqual([
      'templates/config.yaml',
      'templates/tests/check.yaml',
    ]);
    await expectParity(program, [{}]);
  });

  test('hold an object whose name is a value', async () => {
    const program = programOf(string, (chart, v) => addConfig(chart, 'config', {}, v.s));

    expect(templateOf(program)).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: {{ .Values.s | quote }}
      data: {}

    `);
    await expectParity(program, [{}, { s: 'other' }]);
  });

  test('of an object named rules stand beside those of the rules', async () => {
    const rules = [{ left: 'n', op: '<', right: 5, message: 'why' }] as const;
    const program = programOf({ n: z.int().default(1) }, (chart) => addConfig(chart, 'rules', { a: 'b' }), { rules });

    expect([...compileTemplates(program).files.keys()]).toEqual([
      'templates/rules-2.yaml',
      'templates/_helpers.tpl',
      'templates/rules.yaml',
    ]);
    await expectParity(program, [{}]);
  });
});

describe('notes', () => {
  const notesOf = (program: Parameters<typeof templateOf>[0]) => templateOf(program, 'templates/NOTES.txt');

  test('are text, with values and branches', () => {
    const program = configOf({ ...string, ...flag, port: z.int().min(1).max(65535).default(80) }, () => ({}), {
      notes: (v, release) =>
        `Hello ${v.s} of ${release.name}:${v.port} {{ 100% }}\n\n${v.on ? 'It is on.\n' : ''}Bye.\n`,
    });

    expect(notesOf(program)).toMatchInlineSnapshot(`
      Hello {{ .Values.s }} of {{ .Release.Name }}:{{ .Values.port }} {{ "{{" }} 100% }}
      {{ "" }}
      {{- if .Values.on }}
      It is on.
      {{- end }}
      Bye.

    `);
  });

  test('end as their text does, in a value or in a line break', () => {
    const notes = (text: (s: string) => string) => notesOf(configOf(string, () => ({}), { notes: (v) => text(v.s) }));

    expect(notes((s) => `Hello ${s}`)).toBe('Hello {{ .Values.s }}');
    expect(notes((s) => `Hello ${s}\n`)).toBe('Hello {{ .Values.s }}\n');
  });

  test('have lines that are a value, or another one in its place', async () => {
    const text = z.string().min(1);
    const count = z.int().min(1);
    const program = configOf(
      { a: text.nullable(), b: text.default('b'), n: count.nullable(), m: count.default(2e6) },
      () => ({}),
      { notes: (v) => [v.a ?? v.b, `${v.n ?? v.m}`].join('\n') },
    );

    expect(notesOf(program)).toBe('{{ .Values.a | default .Values.b }}\n{{ .Values.n | default .Values.m | toJson }}');
    await expectParity(program, [{}, { a: '<a>"\\', n: 3e6 }, { b: 'c', m: 1 }]);
  });
});
