import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { sha256 } from '../../chart/index.ts';
import {
  addConfig,
  configOf,
  dataOf,
  expectParity,
  HOSTILE,
  plainText,
  programOf,
  refusalOf,
  templateOf,
} from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const string = { s: z.string().default('a') };
const strings = { names: z.array(z.string()).default(['x']) };
const labels = { labels: z.record(z.string(), z.string()).default({ k: 'v' }) };

describe('sha256', () => {
  test('of what a ConfigMap holds shares its text', async () => {
    const program = programOf({ ...string, ...labels, n: z.number().default(1) }, (chart, v) => {
      const data = { s: v.s, n: `${v.n}`, fixed: '<&>', ...v.labels };
      addConfig(chart, 'config', data);
      new ApiObject(chart, 'pod', {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'p', annotations: { 'checksum/config': sha256(data) } },
      });
    });

    expect(templateOf(program)).toMatchInlineSnapshot(`
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  {{- include "demo.pod.config" . | nindent 2 }}

`);
    expect(templateOf(program, 'templates/pod.yaml')).toMatchInlineSnapshot(`
      apiVersion: v1
      kind: Pod
      metadata:
        annotations:
          checksum/config: {{ include "demo.pod.config" . | fromYaml | toJson | sha256sum | quote }}
        name: p

    `);
    expect(templateOf(program, 'templates/_helpers.tpl')).toMatchInlineSnapshot(`
{{/*
pod config: used by config, pod
*/}}
{{- define "demo.pod.config" -}}
{{- if not (hasKey .Values.labels "fixed") }}
fixed: "<&>"
{{- end }}
{{- if not (hasKey .Values.labels "n") }}
"n": {{ .Values.n | toJson | quote }}
{{- end }}
{{- if not (hasKey .Values.labels "s") }}
s: {{ .Values.s | quote }}
{{- end }}
{{- range $key, $value := .Values.labels }}
{{ $key | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}

`);
    await expectParity(
      program,
      HOSTILE.map((s, i) => ({ s, n: 10 ** i, labels: { [s]: s, '10': '', '9': '' } })),
    );
  });

  test('of numbers, lists and nested maps is the same in both', async () => {
    const program = configOf({ n: z.number().default(0), ...strings }, (v) => ({
      hash: sha256({ n: v.n, deep: { names: v.names }, list: [v.n, null, true] }),
    }));

    await expectParity(
      program,
      [0, 0.1, -1.5, 1e6, 1e20, 1e21, 1e-6, 1e-7, 2 ** 53 - 1].map((n) => ({ n, names: [...HOSTILE] })),
    );
  });

  test('of a whole list in an object for each element', async () => {
    const program = programOf({ ...strings, m: z.record(z.string(), z.string()).default({}) }, (chart, v) => {
      const hash = sha256({ names: v.names, more: v.m });
      for (const name of v.names) addConfig(chart, `config-${name}`, { name, hash }, `config-${name}`);
    });

    await expectParity(program, [{}, { names: ['a', 'b'], m: { c: 'd' } }]);
  });

  test('of an element of a list is refused', () => {
    const program = programOf(strings, (chart, v) => {
      for (const name of v.names) addConfig(chart, `config-${name}`, { hash: sha256({ name }) }, `config-${name}`);
    });

    expect(refusalOf(program)).toBe(
      'config-.data.hash has a sha256 of an element of values.names; hash the list as a whole, or what is outside of it',
    );
  });

  test('of what has a hash in it', async () => {
    const program = configOf(strings, (v) => ({ outer: sha256({ inner: sha256({ names: v.names }) }) }));

    await expectParity(program, [{}, { names: ['a'] }]);
  });

  test('of nothing but literals is a literal', () => {
    const program = configOf({}, () => ({ a: sha256({ b: 1 }) }));

    expect(dataOf(program)).toBe(`a: ${sha256({ b: 1 })}`);
  });

  test('of what has values in it in some branches alone asks for those', async () => {
    const element = z.object({ name: z.string(), on: z.boolean().default(false) });
    const program = configOf({ list: z.array(element).default([]) }, (v) => ({
      a: sha256(v.list.filter(({ on }) => on).map(({ name }) => ({ name }))),
    }));

    const list = [
      { name: 'x', on: true },
      { name: 'y', on: false },
    ];
    await expectParity(program, [{}, { list }, { list: list.slice(1) }]);
  });

  test('of what has literals in each branch follows the branch', async () => {
    const program = configOf({ a: z.boolean().default(false), b: z.boolean().default(false) }, ({ a, b }) => ({
      hash: a ? sha256({ b: b ? 'x' : 'y' }) : 'none',
    }));

    await expectParity(program, [{}, { a: true }, { a: true, b: true }]);
  });

  test('of one thing or another, and in a third branch no hash', async () => {
    const mode = z.enum(['one', 'other', 'none']).default('one');
    const program = configOf({ mode, s: z.string().default('a'), t: z.string().default('b') }, ({ mode, s, t }) => ({
      hash: mode === 'one' ? sha256([s]) : mode === 'other' ? sha256({ t }) : t,
      list: mode === 'one' ? sha256([s]) : mode === 'other' ? sha256([s, t]) : [t],
    }));

    expect(templateOf(program, 'templates/_helpers.tpl')).not.toContain('none');
    await expectParity(program, [{}, { mode: 'other' }, { mode: 'none' }]);
  });

  test('of a map in one branch and of a list in another', async () => {
    const program = configOf(
      { s: z.string().default('a'), names: z.array(z.string()).default([]), on: z.boolean().default(false) },
      ({ on, s, names }) => ({
        either: sha256(on ? { s } : [s]),
        empty: sha256(on ? {} : names),
      }),
    );

    await expectParity(program, [{}, { on: true }, { names: ['a'] }]);
  });
});
