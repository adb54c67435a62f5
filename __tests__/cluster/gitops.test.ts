import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type CrdPin, pinnedCrds } from '../../scripts/import-crds.ts';
import { TestNamespace, testCluster } from '../support/cluster.ts';
import { gitopsExamples } from '../support/gitops-examples.ts';
import { type Helm, helmBinaries, runHelm } from '../support/helm.ts';

const CHART = new URL('../../dist/todo-chatbot/chart/', import.meta.url).pathname;
const ARGO_CD = 'argocd-controller';
const SOURCES = 'github.com/fluxcd/source-controller@v1.7.0';
const PINS: readonly CrdPin[] = [
  {
    module: 'github.com/argoproj/argo-cd/v3@v3.1.0',
    file: 'manifests/crds/application-crd.yaml',
    version: 'v1alpha1',
  },
  {
    module: 'github.com/fluxcd/helm-controller@v1.4.0',
    file: 'config/crd/bases/helm.toolkit.fluxcd.io_helmreleases.yaml',
    version: 'v2',
  },
  { module: SOURCES, file: 'config/crd/bases/source.toolkit.fluxcd.io_gitrepositories.yaml', version: 'v1' },
  { module: SOURCES, file: 'config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml', version: 'v1' },
];

let space: TestNamespace;
const examples = await gitopsExamples();

beforeAll(async () => {
  space = await TestNamespace.open('gitops');
  await space.takeTurn();
});
afterAll(() => space?.close());

describe('the CRDs of the tools take', () => {
  const added: string[] = [];

  beforeAll(async () => {
    const { kubectl } = await testCluster();
    const directory = await mkdtemp(join(tmpdir(), 'gitops-'));
    try {
      for (const crd of await pinnedCrds(directory, PINS)) {
        const name = `customresourcedefinition/${JSON.parse(crd).metadata.name}`;
        if ((await kubectl(['get', name, '--ignore-not-found', '--output=name'])) !== '') continue;
        added.push(name);
        await kubectl(['apply', '--server-side', '--filename', '-'], { input: crd });
        // Conditions cannot be waited for before there are any.
        await kubectl(['wait', '--for=jsonpath={.status.acceptedNames.kind}', name, '--timeout=180s']);
        await kubectl(['wait', '--for=condition=Established', name, '--timeout=180s']);
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  });
  afterAll(async () => {
    if (added.length > 0) await (await testCluster()).kubectl(['delete', ...added]);
  });

  test.each(examples)('$name', async ({ objects }) => {
    for (const object of objects) expect(await dryRun(object)).toContain(object.metadata.name);
  });

  test('nothing with a field that they do not know', async () => {
    const [application] = examples.find(({ name }) => name === 'argo-cd.yaml')!.objects;
    const source = { ...(application!.spec as { source: object }).source, pathh: 'x' };

    await expect(dryRun({ ...application!, spec: { ...(application!.spec as object), source } })).rejects.toThrow(
      'unknown field "spec.source.pathh"',
    );
  });

  /** In a namespace that is there. */
  function dryRun(object: (typeof examples)[number]['objects'][number]): Promise<string> {
    const here = { ...object, metadata: { ...object.metadata, namespace: space.name } };
    const strict = ['--dry-run=server', '--validate=strict', '--output=name', '--filename', '-'];
    return space.kubectl(['apply', ...strict], { input: JSON.stringify(here) });
  }
});

describe('what Argo CD has applied', () => {
  let rendered: string;

  beforeAll(async () => {
    const { valuesFiles, values } = examples.find(({ name }) => name === 'argo-cd.yaml')!;
    const { path } = (await helmBinaries())[0] as Helm;
    const files = valuesFiles.flatMap((file) => ['--values', CHART + file]);
    const args = ['template', 'todo-chatbot', CHART, '--namespace', space.name, '--skip-tests', ...files];
    const { stdout, exitCode } = await runHelm(path, [...args, '--values', '-'], { input: JSON.stringify(values) });
    expect(exitCode).toBe(0);
    rendered = stdout;
    await apply();
  });

  test('is as it is rendered', async () => {
    expect(await drift()).toEqual([]);
  });

  test('has no drift after an autoscaler or somebody has scaled', async () => {
    await space.kubectl(['scale', 'deployment/todo-backend', '--replicas=4']);

    expect(await drift()).toEqual([]);
    await apply();
    expect(await space.kubectl(['get', 'deployment/todo-backend', '--output=jsonpath={.spec.replicas}'])).toBe('4');
  });

  test('has drift after somebody has changed what is in git', async () => {
    await space.kubectl(['set', 'env', 'deployment/todo-backend', 'PORT=1']);

    expect((await drift()).map((line) => line.replace(/\s+/g, ' '))).toEqual(['- value: "1"', '+ value: "7860"']);
  });

  function apply(): Promise<string> {
    const owner = ['--server-side', '--field-manager', ARGO_CD, '--force-conflicts'];
    return space.kubectl(['apply', ...owner, '--filename', '-'], { input: rendered });
  }

  /** The lines that a sync would change. */
  async function drift(): Promise<string[]> {
    const owner = ['--server-side', '--field-manager', ARGO_CD, '--force-conflicts'];
    const { stdout, stderr, exitCode } = await execa('kubectl', [...space.flags, 'diff', ...owner, '--filename', '-'], {
      input: rendered,
      reject: false,
    });
    expect({ stderr, isDiff: exitCode === 0 || exitCode === 1 }).toEqual({ stderr: '', isDiff: true });
    // What the server counts is no change.
    return stdout.split('\n').filter((line) => /^[+-](?![+-])/.test(line) && !/^. {2}generation:/.test(line));
  }
});
