import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { Manifest } from '../chart/index.ts';
import { secretReferences } from '../scripts/apply/secret-references.ts';
import { type GitopsExample, gitopsExamples } from './support/gitops-examples.ts';
import { type Helm, helmBinaries, runHelm } from './support/helm.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CHART = 'dist/todo-chatbot/chart';

const examples = await gitopsExamples();

test('docs/gitops.md names each example', async () => {
  const page = await readFile(join(ROOT, 'docs/gitops.md'), 'utf8');

  const named = [...page.matchAll(/\]\(gitops\/([^)]+)\)/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(examples.map(({ name }) => name));
});

describe.each(examples)('$name', (example) => {
  test('names a chart and values files that are there', async () => {
    expect(example.chart ?? CHART).toBe(CHART);
    for (const file of example.valuesFiles) await access(join(ROOT, CHART, file));
  });

  test('renders without a cluster, the same each time, with both Helms', async () => {
    for (const helm of await helmBinaries()) {
      const first = await render(helm, example);
      const second = await render(helm, example);

      expect(second).toBe(first);
      expect(first).toContain('kind: Deployment');
    }
  });

  test('brings no Secret, and its pods use the one that it names', async () => {
    for (const helm of await helmBinaries()) {
      const objects = objectsOf(await render(helm, example));

      expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
      expect([...new Set(secretReferences(objects).map(({ secret }) => secret))]).toEqual(['todo-secret']);
      const external = objects.filter(({ kind }) => kind === 'ExternalSecret');
      expect(external.map(({ spec }) => (spec as { target: { name: string } }).target.name)).toEqual(
        example.name.includes('external-secret') ? ['todo-secret'] : [],
      );
    }
  });

  test('leaves the replicas to the autoscaler', async () => {
    const [helm] = await helmBinaries();

    const objects = objectsOf(await render(helm!, example));

    const scaled = objects
      .filter(({ kind }) => kind === 'HorizontalPodAutoscaler')
      .map(({ metadata }) => metadata.name);
    const deployments = objects.filter(({ kind }) => kind === 'Deployment');
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual(scaled.sort());
    for (const { spec } of deployments) expect(spec).not.toHaveProperty('replicas');
  });
});

test('without secret.existingSecret each rendering has other credentials, as the page says', async () => {
  for (const helm of await helmBinaries()) {
    const example = { release: { name: 'todo-chatbot', namespace: 'test' }, valuesFiles: [], values: {} };

    expect(await render(helm, example)).not.toBe(await render(helm, example));
  }
});

async function render(
  { path }: Helm,
  { release, valuesFiles, values }: Pick<GitopsExample, 'release' | 'valuesFiles' | 'values'>,
): Promise<string> {
  const chart = join(ROOT, CHART);
  const files = valuesFiles.flatMap((file) => ['--values', join(chart, file)]);
  const args = ['template', release.name, chart, '--namespace', release.namespace, '--skip-tests', ...files];
  // As a tool without a cluster's API versions has it, but for the CRDs that an example needs.
  const apis = ['--api-versions', 'external-secrets.io/v1'];
  const { stdout, stderr, exitCode } = await runHelm(path, [...args, ...apis, '--values', '-'], {
    input: JSON.stringify(values),
  });
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return stdout;
}

function objectsOf(text: string): Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((object) => object !== null);
}
