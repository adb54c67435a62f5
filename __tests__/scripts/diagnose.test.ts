import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { saveSnapshot } from '../../scripts/diagnosis/saved-snapshot.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { ApiServer, json } from '../support/api-server.ts';
import { type Changes, healthySnapshot, NOW } from '../support/healthy-snapshot.ts';
import { runScript, type ScriptRun } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const NEVER_PULLED: Changes = {
  ready: false,
  status: { ready: false, state: { waiting: { reason: 'ErrImageNeverPull' } } },
};
const JUST_IN_TIME: Changes = {
  container: { startupProbe: { periodSeconds: 1, failureThreshold: 10 } },
  startSeconds: 9,
};
const PASSWORD = 'correct-horse-battery-9';

let directory: TemporaryDirectory;
let server: ApiServer | undefined;
beforeEach(async () => {
  directory = await TemporaryDirectory.create();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await directory.remove();
});

describe('a snapshot that somebody else has saved', () => {
  test('is diagnosed without a cluster, on 80 columns', async () => {
    const { stdout, stderr, exitCode } = await ofFile(healthySnapshot(NEVER_PULLED));

    expect(stdout).toBe(`shop in demo: 1 thing is wrong

1. ErrImageNeverPull
   Pod/web-1-x container backend
   image shop:latest is not on node minikube, and pull policy Never forbids to
     pull it
   so: Service/web has no endpoint that is ready
   fix: minikube image load shop:latest
   fix: or let the node pull it: apply with --set backend.image.pullPolicy=IfNotPresent
   check: kubectl --namespace demo get pod web-1-x
   certain; keeps Deployment/web from getting ready`);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
  });

  test('with nothing wrong says what was looked at', async () => {
    const { stdout, exitCode } = await ofFile(healthySnapshot());

    expect(stdout).toBe(`shop in demo: nothing is wrong: 1 pod, 1 workload, 1 Service, 0 events, 1
  node, the keys of Secrets and Helm's revision 4 were looked at`);
    expect(exitCode).toBe(0);
  });

  test('with what may still get well ends with 3', async () => {
    const { stdout, exitCode } = await ofFile(healthySnapshot(JUST_IN_TIME));

    expect(stdout).toMatch(/^shop in demo: 1 may still get well$/m);
    expect(exitCode).toBe(3);
  });

  test('is a document for machines', async () => {
    const { stdout, exitCode } = await ofFile({ ...healthySnapshot(NEVER_PULLED), unreadable: ['nodes'] }, '--json');

    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      release: 'shop',
      namespace: 'demo',
      time: NOW,
      findings: [{ code: 'ErrImageNeverPull', severity: 'fatal', blocks: ['Deployment/web'] }],
      unreadable: ['nodes'],
    });
  });
});

describe('wrong usage ends with 2 and one line:', () => {
  test.each([
    [['--snapshot', 'a', '--release', 'x'], '--snapshot and --release exclude each other: the file says what it is of'],
    [['--snapshot', 'a', '--ai'], '--snapshot and --ai exclude each other: those tools look at the cluster themselves'],
    [['--fast'], "Unknown option '--fast'; see npm run diagnose -- --help"],
    [['--preset', 'shop'], "'shop' is no preset; expected one of todo-chatbot, todo-app"],
  ])('%j', async (args, line) => {
    expect(await run(args)).toEqual({ stdout: '', stderr: line, exitCode: 2 });
  });

  test('help tells the exit codes', async () => {
    const { stdout, exitCode } = await run(['--help']);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Exits with 0 when nothing is wrong, 1 when/);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('a cluster', () => {
  test('is read once, and what was read can be given away', async () => {
    await serve(healthySnapshot({ container: { env: [{ name: 'A', value: PASSWORD }] } as never }));
    const file = join(directory.path, 'saved.json');

    const { exitCode, stdout, stderr } = await ofCluster('--save', file);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^shop in demo of fake: nothing is wrong: 1 pod, 1 workload, /);
    const paths = server!.requests.map((request) => request.replace(/\?.*/, ''));
    expect(paths.every((path) => path.startsWith('GET '))).toBe(true);
    expect(paths.filter((path) => /pods$/.test(path))).toEqual(['GET /api/v1/namespaces/demo/pods']);
    const saved = await readFile(file, 'utf8');
    expect(saved).toContain('"web-1-x"');
    expect(saved).not.toContain(PASSWORD);
    expect((await run(['--snapshot', file])).stdout).toBe(stdout);
  });

  test('whose Secrets and nodes may not be read is diagnosed all the same', async () => {
    await serve(healthySnapshot(NEVER_PULLED), /secrets|nodes/);

    const { stdout, exitCode } = await ofCluster();

    expect(stdout).toContain('1. ErrImageNeverPull\n');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      "! may not be read, so that nothing is known of it: nodes, secrets, Helm's record",
    );
    expect(exitCode).toBe(1);
  });

  test('whose pods may not be read is one line', async () => {
    await serve(healthySnapshot(), /pods/);

    const { stdout, stderr, exitCode } = await ofCluster();

    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr).toMatch(/^no permission to diagnose the release: pods is forbidden$/m);
  });

  test('that is away is one line, also for machines', async () => {
    await serve(healthySnapshot());
    await server!.close();
    const { stdout, stderr, exitCode } = await ofCluster('--json');
    server = undefined;

    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^the API server of context 'fake' does not answer at http:\S+: nothing listens there/);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { message: expect.stringContaining('fake') } });
  });

  test.each([
    ['release', ['demo'], "there is no release 'other' in namespace 'demo' of context 'fake', nor any other; "],
    ['namespace', [], "there is no namespace 'demo' in context 'fake'; "],
  ])('without that %s is one line', async (_, namespaces, line) => {
    await serve({ ...healthySnapshot(), pods: [], deployments: [] }, /^$/, namespaces);

    const { stdout, stderr, exitCode } = await ofCluster('--release', 'other');

    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 1 });
    expect(stderr.startsWith(line)).toBe(true);
    expect(stderr.split('\n')).toHaveLength(1);
  });
});

describe('with --ai', () => {
  test('another tool is heard under our findings', async () => {
    await serve(healthySnapshot(NEVER_PULLED));
    await directory.write(
      'kubectl-ai',
      `#!/bin/sh\necho "$@" > ${directory.path}/asked\necho Load the image.\n`,
      0o755,
    );

    const { stdout, stderr, exitCode } = await ofCluster('--ai');

    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
    expect(stdout).toMatch(/1\. ErrImageNeverPull\n[\s\S]*\n\nkubectl-ai says:\n {2}\| Load the image\.$/);
    expect(await readFile(join(directory.path, 'asked'), 'utf8')).toContain('ErrImageNeverPull, Pod/web-1-x');
  });

  test('no tool is one line, and changes nothing', async () => {
    await serve(healthySnapshot());

    const { stdout, stderr, exitCode } = await ofCluster('--ai', '--json');

    expect(JSON.parse(stdout)).toMatchObject({ ok: true, findings: [], opinions: [] });
    expect(stderr).toBe('--ai: none of k8sgpt, kubectl-ai, kagent is on PATH');
    expect(exitCode).toBe(0);
  });
});

async function ofFile(snapshot: Snapshot, ...args: readonly string[]): Promise<ScriptRun> {
  const file = join(directory.path, 'snapshot.json');
  await saveSnapshot(file, snapshot);
  return run(['--snapshot', file, ...args]);
}

function ofCluster(...args: readonly string[]): Promise<ScriptRun> {
  return run(['--namespace', 'demo', '--release', 'shop', ...args]);
}

/** Neither Minikube nor Docker is on PATH. */
async function run(args: readonly string[]): Promise<ScriptRun> {
  const env = { KUBECONFIG: server?.kubeconfig ?? '/dev/null', PATH: directory.path };
  const { stdout, stderr, exitCode } = await runScript('diagnose', args, { env });
  return { stdout, stderr, exitCode };
}

/** Serves the objects of a snapshot, but for the paths that are forbidden. */
async function serve(snapshot: Snapshot, forbidden = /^$/, namespaces: readonly string[] = ['demo']): Promise<void> {
  const lists: Readonly<Record<string, readonly object[]>> = {
    pods: snapshot.pods,
    deployments: snapshot.deployments,
    replicasets: snapshot.replicaSets,
    services: snapshot.services,
    nodes: snapshot.nodes ?? [],
  };
  server = await ApiServer.start(directory.path, (request, response) => {
    const { pathname } = new URL(request.url!, 'http://server');
    const name = pathname.split('/').at(-1)!;
    const [, namespace] = /^\/api\/v1\/namespaces\/([^/]+)$/.exec(pathname) ?? [];
    if (forbidden.test(name)) json(response, { reason: 'Forbidden', message: `${name} is forbidden` }, 403);
    else if (namespace !== undefined && namespaces.includes(namespace)) json(response, { kind: 'Namespace' });
    else if (namespace !== undefined || /external|lease/.test(pathname)) json(response, { reason: 'NotFound' }, 404);
    else json(response, { kind: 'List', apiVersion: 'v1', metadata: {}, items: lists[name] ?? [] });
  });
}
