import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import { exitMeaning } from '../../scripts/diagnosis/exit-codes.ts';
import { logCause } from '../../scripts/diagnosis/log-causes.ts';
import { withSchedulerMessage, withWaiting } from '../support/changed-snapshot.ts';
import { recorded } from '../support/recorded.ts';

describe('what runtimes say of a pull', () => {
  const prefix = 'image registry.invalid/team/web:v9 cannot be pulled: ';

  test.each([
    ['manifest for team/web:v9 not found: manifest unknown', 'registry.invalid has no such image'],
    [
      'pull access denied for team/web, repository does not exist or may require authorization',
      'registry.invalid has no such repository, or it wants a login for it',
    ],
    ['unauthorized: authentication required', 'registry.invalid wants a login (401 Unauthorized)'],
    ['unexpected status from HEAD request: 403 Forbidden', 'registry.invalid refuses it to this user (403 Forbidden)'],
    [
      'toomanyrequests: You have reached your pull rate limit',
      'registry.invalid answers that there were too many pulls',
    ],
    ['dial tcp 10.0.0.1:443: i/o timeout', 'registry.invalid does not answer the node'],
    [
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'the node does not trust the certificate of registry.invalid',
    ],
    ['http: server gave HTTP response to HTTPS client', 'registry.invalid speaks HTTP, and the node expects HTTPS'],
    [
      'no match for platform in manifest: not found',
      "registry.invalid/team/web:v9 has no build for the node's architecture",
    ],
    ['something new', 'something new'],
  ])('%s', async (message, cause) => {
    const snapshot = withWaiting(await recorded('registry-unknown'), 'ImagePullBackOff', message);

    expect(diagnose(snapshot).map((finding) => finding.cause)).toEqual([prefix + cause]);
  });
});

describe('what the scheduler says', () => {
  test.each([
    [
      '0/3 nodes are available: 3 node(s) had untolerated taint {dedicated: gpu}.',
      'fatal',
      'the nodes have the taint dedicated: gpu, which the pod does not tolerate',
    ],
    [
      '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }.',
      'waiting',
      'the nodes have the taint node.kubernetes.io/not-ready, which the pod does not tolerate',
    ],
    [
      '0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unschedulable: }.',
      'fatal',
      'the nodes have the taint node.kubernetes.io/unschedulable, which the pod does not tolerate',
    ],
    [
      '0/1 nodes are available: 1 node(s) were unschedulable.',
      'fatal',
      'the nodes take no new pods: they are cordoned',
    ],
    ['0/1 nodes are available: 1 Too many pods.', 'fatal', 'the node has as many pods as it takes'],
    [
      "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
      'fatal',
      'the host port that it wants is taken on every node',
    ],
    [
      "0/2 nodes are available: 2 node(s) didn't match pod topology spread constraints.",
      'fatal',
      'its topology spread allows no node more',
    ],
    [
      "0/2 nodes are available: 2 node(s) didn't match pod affinity rules.",
      'fatal',
      'no node runs the pods that its affinity wants to be near',
    ],
    ['persistentvolumeclaim "data" not found', 'waiting', "there is no PersistentVolumeClaim 'data'"],
    ['no nodes available to schedule pods', 'waiting', 'the cluster has no node'],
    ['0/1 nodes are available: 1 is tired.', 'fatal', 'no node takes the pod: 0/1 nodes are available: 1 is tired.'],
  ])('%s', async (message, severity, cause) => {
    const snapshot = withSchedulerMessage(await recorded('no-such-node'), message);

    expect(diagnose(snapshot).map((finding) => [finding.severity, finding.cause])).toEqual([[severity, cause]]);
  });

  test('without the pods of other namespaces nothing is said of what is left', async () => {
    const snapshot = await recorded('too-much-cpu');

    const [finding] = diagnose({ ...snapshot, otherPods: undefined });

    expect(finding!.cause).toBe('the pod asks for 1900m of cpu, and no node has that much left of its 2');
    expect(finding!.evidence.at(-1)).toBe('node minikube: 2 of cpu; what other namespaces ask for may not be read');
  });
});

describe('what logs say', () => {
  test.each([
    [
      `Error: EROFS: read-only file system, mkdir '/app/.next/cache'`,
      'it writes to /app/.next/cache, and the root file system is read-only',
    ],
    [
      "OSError: [Errno 30] Read-only file system: '/app/data'",
      'it writes to /app/data, and the root file system is read-only',
    ],
    ["PermissionError: [Errno 13] Permission denied: '/data/x'", 'its user may not write /data/x'],
    [`Error: EACCES: permission denied, open '/data/x'`, 'its user may not write /data/x'],
    [
      'Error: listen EACCES: permission denied 0.0.0.0:80',
      'it may not listen on port 80: ports below 1024 are for root',
    ],
    ['listen tcp :443: bind: permission denied', 'it may not listen on port 443: ports below 1024 are for root'],
    [
      'Error: listen EADDRINUSE: address already in use :::3000',
      'the port that it wants to listen on is taken in the pod',
    ],
    ["ModuleNotFoundError: No module named 'fastapi'", "its image lacks a module: No module named 'fastapi'"],
    ["Error: Cannot find module '/app/server.js'", "its image lacks a module: Cannot find module '/app/server.js'"],
    ['app: error while loading shared libraries: libpq.so.5: cannot open', 'its image lacks the library libpq.so.5'],
    [
      '{"level":"error","message":"cannot start","err":"connect ECONNREFUSED 10.0.0.1:6379"}',
      'it cannot reach what it needs: cannot start: connect ECONNREFUSED 10.0.0.1:6379',
    ],
  ])('%s', (line, cause) => {
    expect(logCause(['starting', line])?.cause).toBe(cause);
  });

  test('nothing, where they tell of work alone', () => {
    expect(logCause(['starting', 'listening on port 8080', 'GET / 200'])).toBeUndefined();
  });
});

test.each([
  [0, 'it ends by itself, without an error; a container of a Deployment has to go on'],
  [1, undefined],
  [126, 'its command may not be executed'],
  [127, 'its command, or a program that it calls, is not in the image'],
  [132, 'SIGILL: it uses instructions that this processor does not have'],
  [134, 'SIGABRT: it ended itself after an error that it found'],
  [139, 'SIGSEGV: a segmentation fault'],
  [143, 'SIGTERM: it was asked to end'],
  [150, 'ended by signal 22'],
  [255, undefined],
])('exit code %i means: %s', (code, meaning) => {
  expect(exitMeaning(code)).toBe(meaning);
});
