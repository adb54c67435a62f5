import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReleaseRecord } from '../../../scripts/helm-release.ts';
import { writeRecordedChart } from '../../../scripts/validate/recorded-chart.ts';
import { helmBinaries, runHelm } from '../../support/helm.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What is easily lost on the way through a record. */
const SHOP = {
  'Chart.yaml': `apiVersion: v2
name: shop
version: 0.1.0-rc.1
appVersion: "1.10"
description: "with: a colon and # no comment"
type: application
kubeVersion: ">=1.25.0-0"
home: https://shop.example.com
sources: [https://git.example.com/shop]
keywords: [shop, "yes"]
maintainers: [{name: Ann, email: ann@shop.example.com}]
annotations: {example.com/number: "007"}
`,
  'values.yaml': 'port: 30080\nbig: 12345678\nnone: null\ntext: "0x10"\nlist: []\nmap: {"a.b": true}\n',
  'values.schema.json': '{"type":"object","properties":{"port":{"type":"integer"}}}',
  '.helmignore': '*.bak\n/notes/\n',
  'old.bak': 'ignored',
  'files/binary.bin': Buffer.from([0, 255, 254, 10, 13, 200]),
  'files/text.txt': 'ä\ttab\r\nlast line without its end',
  'crds/widget.yaml': 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: w}\n',
  'templates/_names.tpl': '{{- define "shop.name" }}{{ .Chart.Name }}-{{ .Release.Name }}{{ end }}',
  'templates/NOTES.txt': 'Hello {{ .Release.Name }}',
  'templates/deep/config.yaml': `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "shop.name" . }}
  annotations: {{ .Chart.Annotations | toJson }}
data:
  chart: {{ list .Chart.Version .Chart.AppVersion .Chart.Description | toJson | quote }}
  people: {{ .Chart.Maintainers | toJson | quote }}
  about: {{ list .Chart.Home .Chart.Sources .Chart.Keywords .Chart.Type .Chart.KubeVersion | toJson | quote }}
  values: {{ .Values | toJson | quote }}
  files: "{{ range $path, $_ := .Files }}{{ $path }} {{ end }}"
  text: {{ .Files.Get "files/text.txt" | quote }}
  binary: {{ .Files.Get "files/binary.bin" | b64enc }}
`,
};

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
  for (const [path, content] of Object.entries(SHOP)) await directory.write(`shop/${path}`, content);
});
afterEach(() => directory.remove());

describe('the chart of a release, written from its record', () => {
  test.each(['shop', 'todo-chatbot', 'todo-app'])('is rendered as %s itself by both Helms', async (name) => {
    const original = name === 'shop' ? join(directory.path, 'shop') : `${ROOT}dist/${name}/chart`;
    const [helm4] = await helmBinaries();
    const copy = join(directory.path, 'copy');

    await writeRecordedChart(await recordOf(helm4!.path, original), copy);

    for (const { path } of await helmBinaries()) {
      const manifest = await render(path, original);
      expect(manifest).toContain('\nkind: ');
      expect(await render(path, copy)).toBe(manifest);
    }
  });

  test('is recorded as the original is: every file, the schema, the defaults and the metadata', async () => {
    const [helm4] = await helmBinaries();
    const original = await recordOf(helm4!.path, join(directory.path, 'shop'));
    const copy = join(directory.path, 'copy');

    await writeRecordedChart(original, copy);

    const again = await recordOf(helm4!.path, copy);
    expect(contentOf(again)).toEqual(contentOf(original));
    expect(await readFile(join(copy, 'files/binary.bin'))).toEqual(SHOP['files/binary.bin']);
    expect(contentOf(original).files.map(([name]) => name)).toContain('crds/widget.yaml');
  });

  test.each([
    ['declares', { metadata: { name: 'shop', version: '1', dependencies: [{ name: 'db' }] } }, ''],
    ['has made objects of', { metadata: { name: 'shop', version: '1' } }, '---\n# Source: shop/charts/db/x.yaml\n'],
  ])('is refused where it %s subcharts, which no record holds', async (_, chart, manifest) => {
    await expect(writeRecordedChart({ chart, manifest }, directory.path)).rejects.toThrow(
      'chart shop 1 has subcharts, which Helm does not record',
    );
  });

  test.each(['../outside', '/etc/passwd', 'templates/../../x'])('writes no file at %s', async (name) => {
    const chart = { metadata: { name: 'shop', version: '1' }, files: [{ name, data: '' }] };

    await expect(writeRecordedChart({ chart, manifest: '' }, join(directory.path, 'copy'))).rejects.toThrow(
      `the recorded chart has a file '${name}'; expected a path inside the chart`,
    );
  });
});

/** What Helm 4 would record of an install. */
async function recordOf(helm: string, chart: string): Promise<ReleaseRecord> {
  const { stdout, stderr, exitCode } = await runHelm(helm, [
    ...['install', 'copy', chart, '--dry-run=client', '--output', 'json', '--set', 'secret.existingSecret=own'],
  ]);
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as ReleaseRecord;
}

/** Without a Secret whose content is made up anew each time. */
async function render(helm: string, chart: string): Promise<string> {
  const flags = ['--namespace', 'shop', '--include-crds', '--set', 'secret.existingSecret=own'];
  const { stdout, stderr, exitCode } = await runHelm(helm, ['template', 'copy', chart, ...flags]);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

function contentOf({ chart }: ReleaseRecord) {
  const { metadata, templates, files, values, schema } = chart;
  const entries = (list: typeof files) => (list ?? []).map(({ name, data }) => [name, data] as const).sort();
  return { metadata, templates: entries(templates), files: entries(files), values, schema };
}
