import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cluster, type KubernetesObject } from '../../scripts/cluster.ts';
import { readRevisions } from '../../scripts/helm-release.ts';
import { leaseName } from '../../scripts/lease.ts';
import { ApiGate, type Held } from '../support/api-gate.ts';
import { ApiProxy } from '../support/api-proxy.ts';
import { besideOthers, testCluster } from '../support/cluster.ts';
import { HeldPrograms, type Instead } from '../support/held-programs.ts';
import { runScript, type ScriptOptions, type ScriptRun } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const RELEASE = 'todo-chatbot';
const STOPPED = '{"Name":"minikube","Host":"Stopped","Kubelet":"Stopped","APIServer":"Stopped","Kubeconfig":"Stopped"}';
const OTHER_IDS = `sed 's/"id":"sha256:[0-9a-f]*"/"id":"sha256:${'0'.repeat(64)}"/g'`;
/** What Helm sends after it has begun. */
const DEPLOYMENTS = /^(POST|PATCH) \/apis\/apps\/v1\/namespaces\/[^/]+\/deployments(?!.*dryRun)/;

/** The same, and by which it would say that it was told to end. */
const DEPLOYMENTS_AND_RECORD = new RegExp(`${DEPLOYMENTS.source}|^PUT .*sh\\.helm\\.release`);

const namespace = `test-interrupted-${randomBytes(4).toString('hex')}`;
let kubectl: Awaited<ReturnType<typeof testCluster>>['kubectl'];
let cluster: Cluster;
let directory: TemporaryDirectory;
let gate: ApiGate;

beforeAll(async () => {
  ({ kubectl } = await testCluster());
  cluster = await Cluster.connect();
  directory = await TemporaryDirectory.create();
  await mkdir(join(directory.path, 'temporary'));
  gate = await ApiGate.start(kubectl, directory.path);
});
afterAll(async () => {
  await gate?.close();
  await directory?.remove();
  await kubectl?.(['delete', 'namespace', namespace, '--ignore-not-found']);
});

describe('Ctrl-C, in one step after the other, each time by a run that has passed the one before', () => {
  test('while the tools and the cluster are checked', async () => {
    await interruptedIn('preflight', request(/selfsubjectaccessreviews/));

    expect(await made()).toEqual([]);
  });

  test('while Minikube starts', async () => {
    await interruptedIn(
      'cluster',
      programs({ minikube: { '*status*': `echo '${STOPPED}'; exit 7`, '*start*': 'hold' } }),
    );

    expect(await made()).toEqual([]);
  });

  test('while an image is saved into an archive', async () => {
    const minikube = { "*'image ls'*": `self "$@" | ${OTHER_IDS}; exit` };
    const docker = { 'save*': 'head -c 9999 /dev/zero > "$3"; hold' };

    await interruptedIn('images', programs({ minikube, docker }));

    expect(await made()).toEqual([]);
  });

  test('while the Secret is read', async () => {
    await interruptedIn('secret', request(/^GET .*\/secrets\/todo-db-secret/));

    expect(await made()).toEqual([]);
  });

  test('while the API server makes the Lease', async () => {
    await interruptedIn('release', request(/^POST .*\/leases/, 'answer'));

    expect(await made()).toEqual([`Lease ${leaseName(RELEASE)}`]);
  });

  test('while Helm installs', async () => {
    await interruptedIn('release', request(DEPLOYMENTS));

    expect(await statuses()).toEqual(['failed']);
  });

  test('while the pods start', async () => {
    await interruptedIn('pods', request(/^GET \/api\/v1\/namespaces\/[^/]+\/pods/));
  });

  test('while addresses are looked for', async () => {
    await interruptedIn('access', request(/^GET .*\/ingresses/));
  });

  test('and the next run ends well', async () => {
    const { stdout, stderr, exitCode } = await apply([]);

    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^- pods .* all \d pods are ready$/m);
  });
});

describe('Ctrl-C in an upgrade', () => {
  const args = ['--set', 'backend.podAnnotations.run=second'];
  let before: string[];

  test('that Helm cannot end in order leaves the pods from before', async () => {
    before = await readyPods();

    await interruptedIn('release', request(DEPLOYMENTS_AND_RECORD), args);

    expect((await statuses()).at(-1)).toBe('pending-upgrade');
    expect(await readyPods()).toEqual(expect.arrayContaining(before));
  });

  test('while that is repaired leaves them, too', async () => {
    await interruptedIn('release', request(DEPLOYMENTS_AND_RECORD), args);

    expect((await statuses()).at(-1)).toBe('pending-rollback');
    expect(await readyPods()).toEqual(expect.arrayContaining(before));
  });

  test('is what the next run tells of, and it ends well', async () => {
    const { stdout, stderr, exitCode } = await apply(args);

    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /! revision 4 of todo-chatbot is pending-rollback since \d+ s: it was cut short; rolled back to revision 2/,
    );
  });
});

describe('an API server', () => {
  let proxy: ApiProxy;
  let kubeconfig: string;

  beforeAll(async () => {
    ({ proxy, kubeconfig } = await ApiProxy.start(kubectl, directory.path));
  });
  afterAll(() => proxy?.cut());

  test('whose answers come late is waited for', async () => {
    // Helm asks far more often, one after the other: that would take minutes.
    const helm = await HeldPrograms.create({ helm: { '*': `KUBECONFIG='${gate.kubeconfig}'` } });
    proxy.latency = 1500;

    const { stdout, stderr, exitCode } = await apply(['--set', 'backend.podAnnotations.run=slow'], {
      env: { KUBECONFIG: kubeconfig, PATH: helm.path },
    });

    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✓ pods .* all \d pods are ready after/m);
    await helm.remove();
  });

  test('that accepts connections and says nothing is one line, and nothing hangs', async () => {
    proxy.latency = Number.POSITIVE_INFINITY;

    const { stderr, exitCode } = await apply([], { env: { KUBECONFIG: kubeconfig } });

    expect(exitCode).toBe(1);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(
        /^the API server of context 'minikube' does not answer at https:\S+: no answer within 30 s$/,
      ),
      '  is the cluster running? Ask it with: kubectl --context minikube get --raw /readyz',
    ]);
  });
});

interface Interruption {
  readonly at: Promise<unknown>;
  readonly env: Readonly<Record<string, string>>;
  readonly end: () => Promise<void> | void;
}

function request(pattern: RegExp, what?: Held): () => Promise<Interruption> {
  return async () => ({ at: gate.hold(pattern, what), env: {}, end: () => gate.open() });
}

function programs(instead: Readonly<Record<string, Instead>>): () => Promise<Interruption> {
  return async () => {
    const held = await HeldPrograms.create(instead);
    return { at: held.reached, env: { PATH: held.path }, end: () => held.remove() };
  };
}

/** Runs `apply` until it is in the middle of a step; then it gets Ctrl-C, and must leave nothing half-done. */
async function interruptedIn(
  step: string,
  interruption: () => Promise<Interruption>,
  args: readonly string[] = [],
): Promise<ScriptRun> {
  const { at, env, end } = await interruption();
  try {
    const run = await apply(args, { interruptAt: at, env });

    expect(run.stderr).toBe('interrupted');
    expect(run.exitCode).toBe(130);
    expect(run.stdout.split('\n').at(-1)).toMatch(new RegExp(`^. +${step} `));
    expect(await lastAudited()).toMatchObject({ action: step, result: 'interrupted' });
    expect(await temporaryFiles()).toEqual([]);
    expect(await leaseHolder()).toBe('');
    return run;
  } finally {
    await end();
  }
}

function apply(args: readonly string[], { env = {}, ...options }: ScriptOptions = {}): Promise<ScriptRun> {
  return runScript('apply', ['--namespace', namespace, ...besideOthers('10m'), ...args], {
    directory: directory.path,
    env: { KUBECONFIG: gate.kubeconfig, TMPDIR: join(directory.path, 'temporary'), ...env },
    ...options,
  });
}

/** What there is in the namespace, but for what it has from the beginning. */
async function made(): Promise<string[]> {
  const types = ['deployments', 'statefulsets', 'services', 'secrets', 'leases'];
  const text = await kubectl(['-n', namespace, 'get', types.join(','), '--output=json']);
  return (JSON.parse(text) as { items: KubernetesObject[] }).items
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort();
}

/** Of the release's revisions, the oldest first. */
async function statuses(): Promise<string[]> {
  return (await readRevisions(cluster, namespace, RELEASE)).map(({ status }) => status);
}

async function readyPods(): Promise<string[]> {
  const pods = await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
  return pods
    .filter(({ status }) => status.conditions?.some((each) => each.type === 'Ready' && each.status === 'True'))
    .map(({ metadata }) => metadata.name)
    .sort();
}

interface Pod extends KubernetesObject {
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** Empty where nobody holds it, or there is none. */
async function leaseHolder(): Promise<string> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${leaseName(RELEASE)}`;
  const lease = await cluster.tryGet<KubernetesObject & { spec: { holderIdentity?: string } }>(path);
  return lease?.spec.holderIdentity ?? '';
}

async function temporaryFiles(): Promise<string[]> {
  const names = await readdir(join(directory.path, 'temporary'));
  // What tsx has compiled.
  return names.filter((name) => !name.startsWith('tsx-'));
}

async function lastAudited(): Promise<unknown> {
  const text = await readFile(join(import.meta.dirname, '../../audit.log'), 'utf8');
  const records = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { namespace: string });
  return records.filter((record) => record.namespace === namespace).at(-1);
}
