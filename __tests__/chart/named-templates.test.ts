import type { Chart } from 'cdk8s';
import { z } from 'zod';
import { addConfig, expectParity, HOSTILE, plainText, programOf, templateOf } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

const probe = (path: string) =>
  z.object({ path: z.string(), period: z.int().min(1).max(60), timeout: z.int().min(1).max(60) }).default({
    path,
    period: 10,
    timeout: 2,
  });
const tier = (path: string) => z.object({ live: probe(path), ready: probe(`${path}/ready`) });
const tiers = { web: tier('/web').prefault({}), api: tier('/api').prefault({}) };

type Probe = { readonly path: string; readonly period: number; readonly timeout: number };

function probeOf({ path, period, timeout }: Probe): object {
  return { httpGet: { path }, periodSeconds: period, timeoutSeconds: timeout };
}

const probes = programOf(tiers, (chart: Chart, values) => {
  for (const [name, { live, ready }] of Object.entries(values))
    addConfig(chart, name, { livenessProbe: probeOf(live), readinessProbe: probeOf(ready) });
});

test('blocks that differ in whose values they use are one template of a value', async () => {
  expect(templateOf(probes, 'templates/web.yaml')).toMatchInlineSnapshot(`
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  {{- include "demo.data" .Values.web | nindent 2 }}

`);
  expect(templateOf(probes, 'templates/_helpers.tpl')).toMatchInlineSnapshot(`
{{/*
data of a value: used by web, api
*/}}
{{- define "demo.data" -}}
livenessProbe:
  httpGet:
    path: {{ .live.path | quote }}
  periodSeconds: {{ .live.period }}
  timeoutSeconds: {{ .live.timeout }}
readinessProbe:
  httpGet:
    path: {{ .ready.path | quote }}
  periodSeconds: {{ .ready.period }}
  timeoutSeconds: {{ .ready.timeout }}
{{- end }}

`);
  await expectParity(
    probes,
    HOSTILE.map((path) => ({ api: { ready: { path } } })),
  );
});

const labels = programOf(
  { owner: z.string().default('me'), extra: z.record(z.string(), z.string()).default({}) },
  (chart: Chart, { owner, extra }, release) => {
    for (const component of ['web', 'api', 'database', 'cache'])
      addConfig(chart, component, {
        labels: {
          'app.example.com/component': component,
          'app.example.com/instance': release.name,
          'app.example.com/name': `demo-${component}`,
          'app.example.com/owner': owner,
          ...extra,
        },
      });
  },
);

test('blocks that differ in words are one template of a dict with the context and the words', async () => {
  expect(templateOf(labels, 'templates/web.yaml')).toMatchInlineSnapshot(`
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
data:
  {{- include "demo.data" (dict "context" . "component" "web" "name" "demo-web") | nindent 2 }}

`);
  expect(templateOf(labels, 'templates/_helpers.tpl')).toMatchInlineSnapshot(`
{{/*
data of a dict with context, component, name: used by web, api, database, cache
*/}}
{{- define "demo.data" -}}
labels:
  {{- if not (hasKey .context.Values.extra "app.example.com/component") }}
  app.example.com/component: {{ .component }}
  {{- end }}
  {{- if not (hasKey .context.Values.extra "app.example.com/instance") }}
  app.example.com/instance: {{ .context.Release.Name | quote }}
  {{- end }}
  {{- if not (hasKey .context.Values.extra "app.example.com/name") }}
  app.example.com/name: {{ .name }}
  {{- end }}
  {{- if not (hasKey .context.Values.extra "app.example.com/owner") }}
  app.example.com/owner: {{ .context.Values.owner | quote }}
  {{- end }}
  {{- range $key, $value := .context.Values.extra }}
  {{ $key | quote }}: {{ $value | quote }}
  {{- end }}
{{- end }}

`);
  await expectParity(labels, [{}, { owner: '{{ x }}', extra: { 'app.example.com/name': 'mine', z: '%s' } }]);
});

const images = programOf(
  {
    jobs: z.array(z.object({ name: z.string().regex(/^[a-z]+$/) })).default([]),
    first: z.object({ registry: z.string().nullable().default(null), name: z.string(), tag: z.string() }).default({
      registry: null,
      name: 'first',
      tag: '1',
    }),
    second: z.object({ registry: z.string().nullable().default(null), name: z.string(), tag: z.string() }).default({
      registry: 'example.com',
      name: 'second',
      tag: '2',
    }),
  },
  (chart: Chart, { jobs, first, second }) => {
    const image = ({ registry, name, tag }: typeof first) =>
      registry === null ? `${name}:${tag}` : `${registry}/${name}:${tag}`;
    addConfig(chart, 'config', {
      image: image(first),
      jobs: jobs.map(({ name }) => ({ name, image: image(first) })),
      sidecars: jobs.map(({ name }) => ({ name, image: image(second) })),
    });
  },
);

test('a value that is one of several is a template in one line, inside a loop too', async () => {
  expect(templateOf(images)).toMatchInlineSnapshot(`
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  image: {{ include "demo.image" .Values.first }}
  {{- if .Values.jobs }}
  jobs:
    {{- range $job := .Values.jobs }}
    - name: {{ $job.name | quote }}
      image: {{ include "demo.image" $.Values.first }}
    {{- end }}
  sidecars:
    {{- range $job := .Values.jobs }}
    - name: {{ $job.name | quote }}
      image: {{ include "demo.image" $.Values.second }}
    {{- end }}
  {{- else }}
  jobs: []
  sidecars: []
  {{- end }}

`);
  expect(templateOf(images, 'templates/_helpers.tpl')).toMatchInlineSnapshot(`
{{/*
image of a value: used by config
*/}}
{{- define "demo.image" -}}
{{- if not (kindIs "invalid" .registry) }}
{{- printf "%s/%s:%s" .registry .name .tag | quote }}
{{- else }}
{{- printf "%s:%s" .name .tag | quote }}
{{- end }}
{{- end }}

`);
  await expectParity(images, [{}, { jobs: [{ name: 'a' }, { name: 'b' }], first: { registry: 'r' } }]);
});

test('blocks that differ in more than two words are printed where they stand', () => {
  const program = programOf({}, (chart: Chart) => {
    for (const name of ['a', 'b', 'c'])
      addConfig(chart, name, { inner: { one: `${name}-one`, two: `two-${name}`, three: `x-${name}-y`, four: 'same' } });
  });

  expect(() => templateOf(program, 'templates/_helpers.tpl')).toThrow('there is no templates/_helpers.tpl');
});

test('a block that uses the variable of a loop around it stays in the loop', async () => {
  const program = programOf(
    { items: z.array(z.object({ a: z.string(), b: z.string(), c: z.string() })).default([]) },
    (chart: Chart, { items }) =>
      addConfig(chart, 'config', {
        list: items.map(({ a, b, c }) => ({
          first: { alpha: a, beta: b, gamma: c, note: 'the same long text in both of them' },
          second: { alpha: a, beta: b, gamma: c, note: 'the same long text in both of them' },
        })),
      }),
  );

  await expectParity(program, [{}, { items: [{ a: '1', b: 'x', c: '' }] }]);
  expect(() => templateOf(program, 'templates/_helpers.tpl')).toThrow('there is no templates/_helpers.tpl');
});

test.each(['rules', 'rule', 'json', 'operand', 'integer', 'quantity', 'duration'])(
  'a block under the key %s is no template of the rules',
  async (key) => {
    const values = { a: z.string().default('x'), n: z.int().default(1), whole: z.unknown().default({}) };
    const program = programOf(
      values,
      (chart, { a, whole }) => {
        for (const id of ['one', 'two', 'three']) {
          const block = { first: a, second: a, third: a, fourth: a, fifth: { sixth: a, seventh: a } };
          addConfig(chart, id, { own: { [id]: whole }, [key]: block });
        }
      },
      { rules: [{ left: 'n', op: '>', right: 0, message: 'it must be there' }] },
    );

    expect(templateOf(program, 'templates/one.yaml')).toContain(`include "demo.${key}2" . `);
    await expectParity(program, [{}, { a: 'y', whole: [1] }]);
  },
);
