import { ApiObject, type Chart } from 'cdk8s';
import { z } from 'zod';
import { compileTemplates } from '../../chart/compile.ts';
import { ChartError, manifests, type Program } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { KUBERNETES_GROUPS } from '../../chart/optional-apis.ts';
import { ChartDirectory, RELEASE } from '../support/chart-directory.ts';
import { type Helm, helmBinaries } from '../support/helm.ts';
import { byName } from '../support/parity.ts';
import { addConfig, plainText, programOf, refusalOf, templateOf } from '../support/small-program.ts';

expect.addSnapshotSerializer(plainText);

let helms: Helm[];
let charts: ChartDirectory;

beforeAll(async () => {
  helms = await helmBinaries();
});
beforeEach(async () => {
  charts = await ChartDirectory.make();
});
afterEach(() => charts.close());

describe('an object of an optional API', () => {
  const flags = { on: z.boolean().default(true), kind: z.enum(['old', 'new', 'core']).default('new') };
  const monitored = (optionalApis: readonly string[]) =>
    programOf(
      flags,
      (chart, values) => {
        if (values.on) add(chart, 'monitor', 'monitoring.example.com/v1', 'ServiceMonitor');
        add(chart, 'rule', 'monitoring.example.com/v1', 'PrometheusRule');
        addConfig(chart, 'config', {});
      },
      { optionalApis },
    );

  test('is guarded by its API, together with its own guard', () => {
    const program = monitored(['monitoring.example.com/v1']);

    expect(templateOf(program, 'templates/monitor.yaml')).toMatchInlineSnapshot(`
      {{- if and .Values.on (.Capabilities.APIVersions.Has "monitoring.example.com/v1") }}
      apiVersion: monitoring.example.com/v1
      kind: ServiceMonitor
      metadata:
        name: monitor
      {{- end }}

    `);
    expect(templateOf(program)).not.toContain('Capabilities');
  });

  test('is asked for from inside a loop', () => {
    const names = { names: z.array(z.string()).default([]) };
    const program = programOf(
      names,
      (chart, values) => {
        values.names.map((name) => add(chart, `monitor-${name}`, 'monitoring.example.com/v1', 'ServiceMonitor', name));
      },
      { optionalApis: ['monitoring.example.com/v1'] },
    );

    expect(templateOf(program, 'templates/monitor.yaml')).toMatchInlineSnapshot(`
      {{- range $name := .Values.names }}
      {{- if $.Capabilities.APIVersions.Has "monitoring.example.com/v1" }}
      ---
      apiVersion: monitoring.example.com/v1
      kind: ServiceMonitor
      metadata:
        name: {{ $name | quote }}
      {{- end }}
      {{- end }}

    `);
  });

  test('that depends on values is guarded by each where it is that one', () => {
    const versions = { old: 'routes.example.com/v1beta1', new: 'routes.example.com/v1', core: 'v1' };
    const program = programOf(flags, (chart, values) => add(chart, 'config', versions[values.kind], 'Route'), {
      optionalApis: [versions.old, versions.new],
    });

    expect(templateOf(program).split('\napiVersion')[0]).toMatchInlineSnapshot(`
      {{- if or (and (eq .Values.kind "old") (.Capabilities.APIVersions.Has "routes.example.com/v1beta1")) (and (eq
          .Values.kind "new") (.Capabilities.APIVersions.Has "routes.example.com/v1")) (eq .Values.kind "core") }}
      {{- if eq .Values.kind "old" }}
    `);
  });

  test.each<[string, readonly string[], readonly string[], readonly string[]]>([
    ['no API', ['monitoring.example.com/v1'], [], []],
    ['the group and version', ['monitoring.example.com/v1'], ['monitoring.example.com/v1'], ['monitor', 'rule']],
    ['only the kind', ['monitoring.example.com/v1'], ['monitoring.example.com/v1/ServiceMonitor'], []],
    [
      'the kind that is asked for',
      ['monitoring.example.com/v1/ServiceMonitor'],
      ['monitoring.example.com/v1/ServiceMonitor'],
      ['monitor', 'rule'],
    ],
    ['another kind', ['monitoring.example.com/v1/ServiceMonitor'], ['monitoring.example.com/v1/Probe'], ['rule']],
    [
      'one of two, of which the kind counts first',
      ['monitoring.example.com/v1', 'monitoring.example.com/v1/ServiceMonitor'],
      ['monitoring.example.com/v1'],
      ['rule'],
    ],
  ])('is there, or not, as with Helm, where the cluster has %s', async (_, optionalApis, apiVersions, expected) => {
    const program = monitored(optionalApis);
    await charts.chart(program);

    const plain = byName(manifests(program, { release: RELEASE, apiVersions }));

    const names = Object.keys(plain).map((name) => name.split(' ')[1]);
    expect(names.filter((name) => name !== 'config')).toEqual(expect.arrayContaining([...expected]));
    expect(names).toHaveLength(expected.length + 1);
    const apis = apiVersions.map((api) => `--api-versions=${api}`);
    for (const helm of helms)
      expect({ [helm.name]: await charts.objects(helm, 'demo', ...apis) }).toEqual({ [helm.name]: plain });
  });

  test('is not guarded by an API that it has for no values', () => {
    const program = programOf(
      flags,
      (chart, values) => {
        if (values.on) add(chart, 'config', values.on ? 'a.example.com/v1' : 'b.example.com/v1', 'Thing');
      },
      { optionalApis: ['b.example.com/v1'] },
    );

    expect(refusalOf(program)).toBe(
      "optionalApis: no object is of 'b.example.com/v1'; the program has a.example.com/v1/Thing",
    );
  });

  test.each([
    [
      'monitoring.example.com/v2',
      'the program has monitoring.example.com/v1/PrometheusRule, monitoring.example.com/v1/ServiceMonitor',
    ],
    [
      'monitoring.example.com/v1/Servicemonitor',
      'the program has monitoring.example.com/v1/PrometheusRule, monitoring.example.com/v1/ServiceMonitor',
    ],
  ])("'%s' is refused when no object uses it", (api, others) => {
    expect(refusalOf(monitored([api]))).toBe(`optionalApis: no object is of '${api}'; ${others}`);
  });

  test('is refused when the program has none at all', () => {
    const program = programOf({}, (chart) => addConfig(chart, 'config', {}), { optionalApis: ['a.example.com/v1'] });

    expect(refusalOf(program)).toBe(
      "optionalApis: no object is of 'a.example.com/v1'; the program has only Kubernetes' own APIs",
    );
  });

  test('is refused when it is a value', () => {
    const program = programOf(
      {
        api: z
          .string()
          .regex(/^[a-z]+[.]example[.]com[/]v1$/)
          .default('a.example.com/v1'),
      },
      (chart, values) => add(chart, 'thing', values.api, 'Thing'),
      { optionalApis: ['a.example.com/v1'] },
    );

    expect(refusalOf(program)).toBe(
      'thing has an apiVersion or kind that is a value, so nobody knows whether it is one of optionalApis; use an enum',
    );
  });

  test.each(['', 'monitoring.example.com', 'Monitoring/v1', 'a.b/v1/', 'a.b/v1/monitor', 'a.b/v1,c.d/v1', 'a b/v1'])(
    "'%s' is no API",
    (api) => {
      const message = `'${api}' is no API; expected group/version or group/version/Kind`;

      expect(() => monitored([api])).toThrow(new ChartError(`optionalApis: ${message}`));
      const program = monitored(['monitoring.example.com/v1']);
      expect(() => manifests(program, { release: RELEASE, apiVersions: [api] })).toThrow(
        new ChartError(`apiVersions: ${message}`),
      );
    },
  );

  test("is none of Kubernetes' own, which helm template takes for granted", async () => {
    await charts.file('caps/Chart.yaml', 'apiVersion: v2\nname: caps\nversion: 1.0.0\n');
    await charts.file(
      'caps/templates/all.yaml',
      '{"kind":"List","metadata":{"name":"all"},"apis":{{ .Capabilities.APIVersions | toJson }}}\n',
    );

    for (const helm of helms) {
      const [all] = Object.values(await charts.objects(helm, 'caps')) as { apis: string[] }[];
      const groups = new Set(all!.apis.flatMap((api) => (api === 'v1' ? [] : [api.split('/')[0]])));
      expect({ [helm.name]: groups }).toEqual({ [helm.name]: KUBERNETES_GROUPS });
    }
    expect(() => monitored(['autoscaling/v2'])).toThrow(
      new ChartError(
        "optionalApis: 'autoscaling/v2' is one of Kubernetes' own, which helm template takes for granted; name the kind too, as in autoscaling/v2/Kind",
      ),
    );
    expect(() => monitored(['autoscaling/v2/HorizontalPodAutoscaler'])).not.toThrow();
  });
});

describe('CRDs', () => {
  const crd = (name: string): JsonObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: { group: 'example.com' },
  });
  const TEXT = `# {{ not a template }}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: gadgets.example.com}
spec: {preserveUnknownFields: no, scope: 012}
--- # a second one
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: gizmos.example.com
---
`;
  const withCrds = (crds: Program['crds']) => programOf({}, (chart) => addConfig(chart, 'config', {}), { crds });

  test('are files of the chart, and objects that manifests() gives when it is asked to, as Helm does', async () => {
    const program = withCrds({
      'widgets.yaml': [crd('widgets.example.com'), crd('wodgets.example.com')],
      'more.yml': TEXT,
    });
    await charts.chart(program);

    const all = byName(manifests(program, { release: RELEASE, includeCrds: true }));
    const without = byName(manifests(program, { release: RELEASE }));

    expect(Object.keys(all)).toEqual([
      'ConfigMap config',
      'CustomResourceDefinition gadgets.example.com',
      'CustomResourceDefinition gizmos.example.com',
      'CustomResourceDefinition widgets.example.com',
      'CustomResourceDefinition wodgets.example.com',
    ]);
    expect(Object.keys(without)).toEqual(['ConfigMap config']);
    for (const helm of helms) {
      // js-yaml reads YAML 1.2, the API server what Helm sends it.
      const rendered = await charts.objects(helm, 'demo', '--include-crds');
      expect(Object.keys(rendered).sort()).toEqual(Object.keys(all));
      expect(rendered).toMatchObject({ ...all, 'CustomResourceDefinition gadgets.example.com': {} });
      expect(await charts.objects(helm, 'demo')).toEqual(without);
    }
  });

  test('are read as Helm reads YAML', () => {
    const [, gadgets] = manifests(withCrds({ 'more.yml': TEXT }), { release: RELEASE, includeCrds: true });

    expect(gadgets!.spec).toEqual({ preserveUnknownFields: false, scope: 10 });
  });

  test.each<[string, Program['crds'], string]>([
    [
      'a file name',
      { 'widgets.txt': [crd('a')] },
      "'widgets.txt' is no name for a file of CRDs; expected one such as widgets.yaml",
    ],
    [
      'a path',
      { '../widgets.yaml': [crd('a')] },
      "'../widgets.yaml' is no name for a file of CRDs; expected one such as widgets.yaml",
    ],
    [
      'an empty file',
      { 'a.yaml': '# nothing\n---\n' },
      'crds/a.yaml has no object; expected a CustomResourceDefinition',
    ],
    [
      'another kind',
      { 'a.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\n' },
      "crds/a.yaml has 'v1 Secret s'; expected a CustomResourceDefinition of apiextensions.k8s.io/v1 with a name",
    ],
    [
      'an old version',
      { 'a.yaml': [{ ...crd('a'), apiVersion: 'apiextensions.k8s.io/v1beta1' }] },
      "crds/a.yaml has 'apiextensions.k8s.io/v1beta1 CustomResourceDefinition a'; expected a CustomResourceDefinition of apiextensions.k8s.io/v1 with a name",
    ],
    [
      'no name',
      { 'a.yaml': [{ ...crd('a'), metadata: {} }] },
      "crds/a.yaml has 'apiextensions.k8s.io/v1 CustomResourceDefinition'; expected a CustomResourceDefinition of apiextensions.k8s.io/v1 with a name",
    ],
    [
      'one twice',
      { 'a.yaml': [crd('w')], 'b.yaml': [crd('w')] },
      'crds/b.yaml has w, which is in crds/a.yaml as well; leave one of them out',
    ],
    ['bad YAML, by its line', { 'a.yaml': `${TEXT}a: [\n` }, 'crds/a.yaml:14:1: Flow sequence'],
  ])('are refused for %s', (_, crds, message) => {
    expect(() => withCrds(crds)).toThrow(message);
  });
});

describe('hooks and raw templates', () => {
  test('of an optional API are guarded, and left out of manifests()', async () => {
    const program = programOf(
      {},
      (chart) => {
        addConfig(chart, 'config', {});
        new ApiObject(chart, 'check', {
          apiVersion: 'checks.example.com/v1',
          kind: 'Check',
          metadata: { name: 'check', annotations: { 'helm.sh/hook': 'test' } },
        });
      },
      { optionalApis: ['checks.example.com/v1'], templates: { 'lookup.yaml': LOOKUP } },
    );
    await charts.chart(program);

    expect(compileTemplates(program).files.get('templates/tests/check.yaml')).toContain('.Capabilities');
    expect(Object.keys(byName(manifests(program, { release: RELEASE })))).toEqual(['ConfigMap config']);
    for (const helm of helms) {
      const { stdout } = await charts.template(helm, 'demo', '--api-versions=checks.example.com/v1');
      expect(stdout).toContain('kind: Check');
      expect((await charts.template(helm, 'demo')).stdout).not.toContain('kind: Check');
      expect(Object.keys(await charts.objects(helm, 'demo'))).toEqual(['Secret found', 'ConfigMap config']);
    }
  });
});

const LOOKUP = `{{- if not (lookup "v1" "Secret" .Release.Namespace "found") }}
apiVersion: v1
kind: Secret
metadata:
  name: found
{{- end }}
`;

function add(chart: Chart, id: string, apiVersion: string, kind: string, name = id): void {
  new ApiObject(chart, id, { apiVersion, kind, metadata: { name } });
}
