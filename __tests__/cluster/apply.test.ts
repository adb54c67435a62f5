import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { Cluster, type KubernetesObject } from '../../scripts/cluster.ts';
import { encodeRecord, readRevisions, revisionPath } from '../../scripts/helm-release.ts';
import { lastGoodRevision } from '../../scripts/lease.ts';
import { ApiProxy } from '../support/api-proxy.ts';
import { besideOthers, eventually, TestNamespace, testCluster } from '../support/cluster.ts';
import { TestRegistry } from '../support/registry.ts';
import { runScript, type ScriptOptions, type ScriptRun } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const SESSION_KEY = 'a-session-key-that-nobody-else-has-0123456789';

const namespaces: string[] = [];
let cluster: Cluster;
let kubectl: Awaited<ReturnType<typeof testCluster>>['kubectl'];
let directory: TemporaryDirectory;
let turn: TestNamespace | undefined;

beforeAll(async () => {
  ({ kubectl } = await testCluster());
  // Node ports are taken here, and by other files.
  turn = await TestNamespace.open('apply-turn');
  await turn.takeTurn();
  cluster = await Cluster.connect();
  directory = await TemporaryDirectory.create();
});
afterAll(async () => {
  for (const namespace of namespaces) await kubectl(['delete', 'namespace', namespace, '--ignore-not-found']);
  await directory?.remove();
  await turn?.close();
});

describe('from nothing to a running application', () => {
  const namespace = ownNamespace('apply');

  test('one command installs it, and the address that it names answers', async () => {
    const { stdout, stderr, exitCode } = await apply(namespace);

    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^✓ pods .* all \d pods are ready after \d+\.\d s$/m);
    const [, url] = /^Open (http:\S+)$/m.exec(stdout)!;
    expect((await fetch(url!)).status).toBe(200);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('a second run finds nothing to do, and writes nothing', async () => {
    const before = await written(namespace);

    const { stdout, exitCode } = await apply(namespace);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^- release .* nothing changes since revision 1$/m);
    expect(await written(namespace)).toEqual(before);
  });

  test('status shows it on one screen, and that it is well', async () => {
    // Autoscalers make the second pods by themselves, some seconds later.
    const { stdout } = await eventually(async () => {
      const run = await runScript('status', ['--namespace', namespace]);
      expect(run.exitCode).toBe(0);
      return run;
    });
    expect(stdout).toMatch(new RegExp(`^todo-chatbot in ${namespace} of .*: deployed, revision 1$`, 'm'));
    expect(stdout).toMatch(/^drift {6}none: all objects are as in the release$/m);
    expect(stdout.split('\n').length).toBeLessThanOrEqual(24);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('status names what somebody has changed by hand, and the next run sets it back', async () => {
    const patch = ['patch', 'deployment', 'todo-frontend', '--type=merge', '-p'];
    await kubectl(['-n', namespace, ...patch, '{"spec":{"progressDeadlineSeconds":77}}']);
    const changed = 'Deployment todo-frontend spec.progressDeadlineSeconds: is 77, release has 120, by kubectl patch';
    const status = async () => (await runScript('status', ['--namespace', namespace])).stdout.replace(/\s+/g, ' ');
    expect(await status()).toContain(changed);

    expect((await apply(namespace)).stdout).toMatch(/progressDeadlineSeconds: 77 -> 120/);

    expect(await status()).not.toContain(changed);
  });

  test('credentials from a file restart the pods that use them, and are nowhere to be seen', async () => {
    const file = await directory.write('new.env', `BETTER_AUTH_SECRET=${SESSION_KEY}\n`);

    const { stdout, stderr, exitCode } = await apply(namespace, ['--env-file', file]);

    expect(exitCode).toBe(0);
    expect(stdout).toContain('BETTER_AUTH_SECRET env file');
    const release = await kubectl(['-n', namespace, 'get', 'secrets', '-l', 'owner=helm', '--output=json']);
    for (const text of [stdout, stderr, release, await auditLog()]) expect(text).not.toContain(SESSION_KEY);
    expect(await kubectl(['-n', namespace, 'get', 'secret', 'todo-db-secret', '--output=json'])).toContain(
      Buffer.from(SESSION_KEY).toString('base64'),
    );
  });

  test('a database that is not there is named, and what ran before runs again with its Secret', async () => {
    const before = await serving(namespace);
    const secret = await cluster.get<SecretObject>(`/api/v1/namespaces/${namespace}/secrets/todo-db-secret`);
    const password = Buffer.from(secret.data.POSTGRES_PASSWORD!, 'base64').toString();
    const file = await directory.write('wrong.env', `DATABASE_URL=postgresql://todo:${password}@todo-db:5432/nope\n`);

    const { stdout, stderr, exitCode } = await apply(namespace, ['--env-file', file, '--wait-timeout', '60s']);

    expect(exitCode).toBe(1);
    expect(stderr.split('\n')[0]).toMatch(/database "nope" does not exist|database 'nope'/);
    expect(stdout).toContain('todo-db-secret is as it was');
    expect(stdout).toMatch(/✓ rollback .* todo-chatbot is as in revision \d+ again/);
    expect(stdout + stderr).not.toContain(password);
    expect(await serving(namespace)).toEqual(before);
    const after = await cluster.get<SecretObject>(`/api/v1/namespaces/${namespace}/secrets/todo-db-secret`);
    expect(after.data).toEqual(secret.data);
  });

  test('an image that is nowhere is named, evidence is kept, and the pods from before go on', async () => {
    const before = await serving(namespace);
    const called = await TemporaryDirectory.create();

    const { stdout, stderr, exitCode } = await apply(namespace, ['--set', 'backend.image.tag=never-built'], {
      directory: called.path,
    });

    expect(exitCode).toBe(1);
    expect(stderr.split('\n')[0]).toMatch(/hackathon-todo-backend:never-built/);
    const [, folder] = /^✓ evidence .* \d+ files in\s+(\S+)$/m.exec(stdout)!;
    expect(await readdir(join(called.path, folder!))).toEqual(
      expect.arrayContaining([
        'events.txt',
        'findings.json',
        'history.txt',
        'manifest.yaml',
        'objects',
        'pods',
        'secrets.txt',
      ]),
    );
    expect(await serving(namespace)).toEqual(before);
    await called.remove();
  });

  test('after Ctrl-C in the middle the next run goes on and ends well', async () => {
    const stopped = await apply(namespace, ['--set', 'backend.podAnnotations.run=second'], {
      interruptAt: '✓ release',
    });
    expect(stopped.exitCode).toBe(130);

    const { stdout, exitCode } = await apply(namespace, ['--set', 'backend.podAnnotations.run=second']);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/ pods .* all \d pods are ready/);
    // What the stopped run had made is what a later failure goes back to.
    const { revision } = (await readRevisions(cluster, namespace, 'todo-chatbot')).at(-1)!;
    expect(await lastGoodRevision(cluster, namespace, 'todo-chatbot')).toBe(revision);
  });

  test('a release that Helm has left pending is repaired', async () => {
    await leavePending(namespace);

    const { stdout, exitCode } = await apply(namespace, ['--yes', '--set', 'backend.podAnnotations.run=third']);

    expect(exitCode).toBe(0);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /is pending-upgrade since \d+ s: it was cut short; rolled back to revision/,
    );
  });

  test('of two runs at once one does it, and the other says so and stops', async () => {
    const change = (run: string) => apply(namespace, ['--set', `backend.podAnnotations.run=${run}`]);

    const runs = await Promise.all([change('a'), change('b')]);

    const codes = runs.map(({ exitCode }) => exitCode).sort();
    expect(codes).toEqual([0, 1]);
    expect(runs.find(({ exitCode }) => exitCode === 1)!.stderr).toMatch(
      /^release 'todo-chatbot' is being changed by another command: apply of /,
    );
  });

  test('it waits for an API server that goes away in the middle, and ends well when that is back', async () => {
    const called = await TemporaryDirectory.create();
    const { proxy, kubeconfig } = await ApiProxy.start(kubectl, called.path);
    let isCut = false;

    const { stdout, stderr, exitCode } = await apply(namespace, ['--set', 'backend.podAnnotations.run=away'], {
      env: { KUBECONFIG: kubeconfig },
      onOutput: (text) => {
        if (isCut || !text.includes('✓ release')) return;
        isCut = true;
        void proxy.cut().then(() => setTimeout(() => void proxy.connect(), 5000));
      },
    });

    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(isCut).toBe(true);
    expect(stdout).toMatch(/^✓ pods .* all 5 pods are ready after/m);
    await proxy.cut();
    await called.remove();
  });

  test('an API server that does not answer is one line, and nothing hangs', async () => {
    const called = await TemporaryDirectory.create();
    const { proxy, kubeconfig } = await ApiProxy.start(kubectl, called.path);
    await proxy.cut();

    const { stderr, exitCode } = await apply(namespace, [], { env: { KUBECONFIG: kubeconfig } });

    expect(exitCode).toBe(1);
    expect(stderr.split('\n')[0]).toMatch(
      /^the API server of context 'minikube' does not answer at https:.*: nothing listens there$/,
    );
    await called.remove();
  });

  test('down takes all of it away but the data, and a second down has nothing to do', async () => {
    expect((await runScript('down', ['--namespace', namespace, '--yes'])).exitCode).toBe(0);

    expect(await kinds(namespace)).toEqual(['PersistentVolumeClaim data-todo-db-0', 'Secret todo-db-secret']);
    expect(await runScript('down', ['--namespace', namespace, '--yes'])).toMatchObject({ exitCode: 0 });
  });

  test('installed again it has the same credentials, and down --data leaves nothing but images that others use', async () => {
    expect((await apply(namespace)).exitCode).toBe(0);
    const images = await runElsewhere(namespace);
    expect(await kubectl(['-n', namespace, 'get', 'secret', 'todo-db-secret', '--output=json'])).toContain(
      Buffer.from(SESSION_KEY).toString('base64'),
    );

    const { stdout, exitCode } = await runScript('down', ['--namespace', namespace, '--data', '--yes']);

    expect(exitCode).toBe(0);
    // Those of earlier sources, which nobody uses, may be there as well, and go.
    expect(stdout).toMatch(/^[-✓] images /m);
    expect(images).toHaveLength(2);
    const { stdout: loaded } = await execa('minikube', ['image', 'ls']);
    for (const image of images) {
      expect(stdout).not.toContain(image);
      expect(loaded).toContain(image);
    }
    const left = await cluster.tryGet<KubernetesObject>(`/api/v1/namespaces/${namespace}`);
    expect(left?.metadata.deletionTimestamp).toBe(left === undefined ? undefined : expect.any(String));
  });
});

test('with a registry the images are pushed, and the pods run them by their digests', async () => {
  const namespace = ownNamespace('registry');
  const registry = await TestRegistry.start();
  try {
    const { stderr, exitCode } = await apply(namespace, ['--registry', registry.address]);

    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    const pods = await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
    const images = pods.flatMap(({ spec }) => spec.containers.map(({ image }) => image));
    for (const tier of ['backend', 'frontend'])
      expect(images).toContain(
        `${registry.address}/hackathon-todo-${tier}@${registry.tags.get(`hackathon-todo-${tier}:1.0.0`)}`,
      );
  } finally {
    await registry.stop();
  }
});

describe('what cannot work is told before anything is changed', () => {
  test.each([
    [
      'a value that is not one',
      ['--set', 'backend.replicas=3'],
      'backend.replicas is not a value; did you mean backend.replicaCount?',
    ],
    ['a preset that is not one', ['--preset', 'todo'], "'todo' is no preset; expected one of todo-chatbot, todo-app"],
    ['a context that is not there', ['--context', 'prod'], "'prod' is no context; expected one of minikube"],
    [
      'more memory than there is',
      ['--set', 'backend.resources.requests.memory=900Gi,backend.resources.limits.memory=900Gi'],
      'no room for 3 of todo-backend',
    ],
    ['a Secret that is not there', ['--set', 'secret.existingSecret=nobody-made-it'], 'nobody-made-it'],
    ['the example registry', ['--profile', 'cluster', '--set', 'database.enabled=true'], 'registry.example.com'],
    ['a time that is none', ['--wait-timeout', 'soon'], "--wait-timeout is 'soon'; expected a time such as 90s or 3m"],
  ])('%s', async (_, args, message) => {
    const namespace = ownNamespace('refused');

    const { stderr, exitCode } = await apply(namespace, args);

    expect(stderr).toContain(message);
    expect([1, 2]).toContain(exitCode);
    expect(await cluster.tryGet(`/api/v1/namespaces/${namespace}`)).toBeUndefined();
  });

  test('a node port that another Service has', async () => {
    const other = ownNamespace('ports');
    await kubectl(['create', 'namespace', other]);
    await kubectl(['-n', other, 'create', 'service', 'nodeport', 'taken', '--tcp=80:80', '--node-port=31987']);

    const { stderr, exitCode } = await apply(ownNamespace('refused'), ['--set', 'frontend.service.nodePort=31987']);

    expect(exitCode).toBe(1);
    expect(stderr).toContain(`node port 31987 of todo-frontend belongs to Service 'taken' in namespace '${other}'`);
  });

  test('a user who may not', async () => {
    const other = ownNamespace('rbac');
    await kubectl(['create', 'namespace', other]);
    await kubectl(['-n', other, 'create', 'serviceaccount', 'guest']);
    const token = (await kubectl(['-n', other, 'create', 'token', 'guest'])).trim();
    const config = JSON.parse(await kubectl(['config', 'view', '--raw', '--minify', '--flatten', '--output=json']));
    config.users[0].user = { token };
    const kubeconfig = await directory.write('guest.json', JSON.stringify(config));

    const { stderr, exitCode } = await apply(other, [], { env: { KUBECONFIG: kubeconfig } });

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/no permission/);
    expect(stderr).not.toMatch(/at .*\.ts/);
  });
});

async function apply(namespace: string, args: readonly string[] = [], options: ScriptOptions = {}): Promise<ScriptRun> {
  return runScript('apply', ['--namespace', namespace, ...besideOthers('50m'), ...args], options);
}

/** Pods of the application's images in another namespace, as other test files have them. */
async function runElsewhere(from: string): Promise<string[]> {
  const namespace = ownNamespace('elsewhere');
  await kubectl(['create', 'namespace', namespace]);
  const containers = 'jsonpath={.items[*].spec.template.spec.containers[*].image}';
  const images = (await kubectl(['-n', from, 'get', 'deployments', '-o', containers])).split(' ');
  for (const [i, image] of images.entries())
    await kubectl(['-n', namespace, 'run', `other-${i}`, `--image=${image}`, '--image-pull-policy=Never']);
  return images;
}

function ownNamespace(label: string): string {
  const name = `test-${label}-${randomBytes(4).toString('hex')}`;
  namespaces.push(name);
  return name;
}

/** The versions of everything that a run could write. */
async function written(namespace: string): Promise<Record<string, string | undefined>> {
  const paths = [
    '/api/v1/namespaces/NS/secrets',
    '/api/v1/namespaces/NS/configmaps',
    '/api/v1/namespaces/NS/services',
    '/apis/coordination.k8s.io/v1/namespaces/NS/leases',
  ];
  const lists = await Promise.all(paths.map((path) => cluster.list<KubernetesObject>(path.replace('NS', namespace))));
  return Object.fromEntries(
    lists.flat().map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.resourceVersion]),
  );
}

/** The pods that are ready, and when their containers were started. */
async function serving(namespace: string): Promise<string[]> {
  const pods = await cluster.list<Pod>(`/api/v1/namespaces/${namespace}/pods`);
  return pods
    .filter(
      ({ metadata, status }) =>
        metadata.deletionTimestamp === undefined && status.containerStatuses?.every(({ ready }) => ready),
    )
    .map(({ metadata, status }) => `${metadata.name} ${status.containerStatuses![0]!.restartCount}`)
    .sort();
}

interface SecretObject extends KubernetesObject {
  readonly data: Readonly<Record<string, string>>;
}

interface Pod extends KubernetesObject {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
  readonly status: {
    readonly containerStatuses?: readonly { readonly ready: boolean; readonly restartCount: number }[];
  };
}

async function kinds(namespace: string): Promise<string[]> {
  const text = await kubectl([
    '-n',
    namespace,
    'get',
    'all,secrets,persistentvolumeclaims,leases,networkpolicies,ingresses',
    '--output=json',
  ]);
  const { items } = JSON.parse(text) as { items: KubernetesObject[] };
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
    .sort();
}

async function auditLog(): Promise<string> {
  const file = join(import.meta.dirname, '../../audit.log');
  return existsSync(file) ? readFile(file, 'utf8') : '';
}

/** As a Helm leaves its record that is killed in the middle. */
async function leavePending(namespace: string): Promise<void> {
  const { record, revision } = (await readRevisions(cluster, namespace, 'todo-chatbot')).at(-1)!;
  const status = 'pending-upgrade';
  const release = await encodeRecord({ ...record, info: { ...record.info, status } });
  const path = revisionPath(namespace, 'todo-chatbot', revision);
  await cluster.patch(path, { data: { release }, metadata: { labels: { status } } }, 'merge');
}
