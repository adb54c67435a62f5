import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { findingsText } from '../support/findings-text.ts';
import { healthySnapshot } from '../support/healthy-snapshot.ts';
import { recorded } from '../support/recorded.ts';

test('gives the status that a probe was answered with', async () => {
  const text = findingsText(await recorded('readiness-500', 15));

  expect(text).toBe(`ReadinessProbeFailed: Pod/web-69c769f646-xwh99 container web
waiting, likely, blocks Deployment/web
readiness probe of container web fails: GET /cgi-bin/broken on port 8080 answers 500, expected 200 to 399
> event Unhealthy, 3 times, last at 10:45:00: Readiness probe failed: HTTP probe failed with statuscode: 500
fix: read its log: kubectl --namespace demo logs web-69c769f646-xwh99 --container web
check: kubectl --namespace demo get pod web-69c769f646-xwh99
`);
});

test('gives the path that is not found', async () => {
  const text = findingsText(await recorded('readiness-404', 15));

  expect(text).toBe(`ReadinessProbeFailed: Pod/web-6ddbf6ddf7-8p4tf container web
waiting, certain, blocks Deployment/web
readiness probe of container web fails: GET /healthz on port 8080 answers 404, expected 200 to 399
> event Unhealthy, 3 times, last at 10:45:03: Readiness probe failed: HTTP probe failed with statuscode: 404
fix: correct the path: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-6ddbf6ddf7-8p4tf
`);
});

test('gives the port that the log names instead of the probed one', async () => {
  const text = findingsText(await recorded('readiness-refused', 15));

  expect(text).toBe(`ReadinessProbeFailed: Pod/web-77d8565c68-6h8bh container web
waiting, certain, blocks Deployment/web
readiness probe of container web fails: GET / on port 8081 finds nothing that listens there; the log says that it listens on 8080
> event Unhealthy, 3 times, last at 10:45:04: Readiness probe failed: Get "http://10.244.0.7:8081/": dial tcp 10.244.0.7:8081: connect: connection refused
> log: listening on port 8080
fix: let probe and container agree: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-77d8565c68-6h8bh
`);
});

test('gives the time that an answer may take', async () => {
  const text = findingsText(await recorded('readiness-slow', 15));

  expect(text).toBe(`ReadinessProbeFailed: Pod/web-74c796455b-fkwns container web
waiting, likely, blocks Deployment/web
readiness probe of container web fails: command 'sleep 5' gets no answer within 1 s
> event Unhealthy, 2 times, last at 10:45:05: Readiness probe failed: command timed out: "sleep 5" timed out after 1s
fix: read its log: kubectl --namespace demo logs web-74c796455b-fkwns --container web
check: kubectl --namespace demo get pod web-74c796455b-fkwns
`);
});

test('gives what a command says', async () => {
  const text = findingsText(await recorded('readiness-command', 15));

  expect(text).toBe(`ReadinessProbeFailed: Pod/web-6dd4bbb7d4-nt25d container web
waiting, likely, blocks Deployment/web
readiness probe of container web fails: command 'sh -c echo "no leader yet"; exit 1' says: no leader yet
> event Unhealthy, 3 times, last at 10:47:51: Readiness probe failed: no leader yet
fix: read its log: kubectl --namespace demo logs web-6dd4bbb7d4-nt25d --container web
check: kubectl --namespace demo get pod web-6dd4bbb7d4-nt25d
`);
});

test('tells that a container is restarted because of its liveness probe', async () => {
  const text = findingsText(await recorded('liveness-404', 15));

  expect(text).toBe(`LivenessProbeFailed: Pod/web-789b978c4-8xv42 container web
fatal, certain, blocks Deployment/web
liveness probe of container web fails: GET /healthz on port 8080 answers 404, expected 200 to 399; it was restarted for that 2 times
> event Unhealthy, 6 times, last at 10:45:18: Liveness probe failed: HTTP probe failed with statuscode: 404
fix: correct the path: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-789b978c4-8xv42
`);
});

test('tells that a container is restarted because of its startup probe', async () => {
  const text = findingsText(await recorded('startup-too-slow', 15));

  expect(text).toBe(`StartupProbeFailed: Pod/web-7ddd5b7c89-wtk85 container web
waiting, likely, blocks Deployment/web
startup probe of container web fails: GET / on port 8080 finds nothing that listens there; it was restarted for that once
> event Unhealthy, 4 times, last at 10:45:17: Startup probe failed: Get "http://10.244.0.7:8080/": dial tcp 10.244.0.7:8080: connect: connection refused
fix: give it more time: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-7ddd5b7c89-wtk85
`);
});

test('says that a rollout has given up as a consequence', async () => {
  const text = findingsText(await recorded('progress-deadline', 15));

  expect(text).toBe(`ReadinessProbeFailed: Pod/web-84f6686649-44v57 container web
waiting, likely, blocks Deployment/web
readiness probe of container web fails: command 'false' fails and says nothing
> event Unhealthy, 10 times, last at 10:46:06: Readiness probe failed:
so: Deployment/web: Deployment/web has made no progress for 8 s
fix: read its log: kubectl --namespace demo logs web-84f6686649-44v57 --container web
check: kubectl --namespace demo get pod web-84f6686649-44v57
`);
});

describe('a program that listens on the name of its pod alone', () => {
  const command = { exec: { command: ['wget', '-q', 'http://127.0.0.1:3000/'] } };
  const event = {
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: 'e' }, type: 'Warning' as const, reason: 'Unhealthy' },
    message: "Readiness probe failed: wget: can't connect to remote host (127.0.0.1): Connection refused",
    lastTimestamp: '2026-11-21T10:59:00Z',
    involvedObject: { kind: 'Pod', name: 'web-1-x', fieldPath: 'spec.containers{backend}' },
  };
  const found = (snapshot: Partial<Snapshot>) =>
    diagnose(
      healthySnapshot({
        ...{ ready: false, status: { ready: false }, container: { readinessProbe: command } },
        snapshot: { events: [event], logs: { 'web-1-x/backend': { current: [LISTENS] } }, ...snapshot },
      }),
    )[0]!;
  const LISTENS = '   - Local:        http://web-1-x:3000';

  test('has taken it from HOSTNAME', () => {
    const { code, severity, cause, fix } = found({});

    expect([code, severity]).toEqual(['ReadinessProbeFailed', 'fatal']);
    expect(cause).toContain("the log says that it listens on web-1-x alone, the pod's name: it takes it from HOSTNAME");
    expect(fix).toEqual([
      `let it listen everywhere: ENV HOSTNAME=0.0.0.0 in its Dockerfile, or apply with --set-json 'backend.extraEnv=[{"name":"HOSTNAME","value":"0.0.0.0"}]'`,
    ]);
  });

  test('is set right by kubectl where no chart is known', () => {
    expect(found({ valuePaths: undefined }).fix).toEqual([
      'let it listen everywhere: kubectl --namespace demo set env deployment/web --containers=backend HOSTNAME=0.0.0.0',
    ]);
  });

  test('is not what is wrong where it listens on all', () => {
    const logs = { 'web-1-x/backend': { current: ['- Local: http://0.0.0.0:3000'] } };

    expect(found({ logs }).cause).not.toContain('HOSTNAME');
  });
});

test('a start that is too slow gets twice the time that another pod has taken', () => {
  const startupProbe = { httpGet: { port: 8000 }, periodSeconds: 1, failureThreshold: 10 };
  const slow = healthySnapshot({ container: { startupProbe }, startSeconds: 9 });
  const probe = (reason: string, message: string) => ({
    ...{ apiVersion: 'v1', kind: 'Event', metadata: { name: reason }, type: 'Warning' as const, reason, message },
    lastTimestamp: '2026-11-21T10:59:00Z',
    count: 2,
    involvedObject: { kind: 'Pod', name: 'web-1-y', fieldPath: 'spec.containers{backend}' },
  });
  const killed = healthySnapshot({
    ...{ container: { startupProbe }, pod: { name: 'web-1-y' }, ready: false },
    status: { ready: false, restartCount: 2 },
  });

  const findings = diagnose({
    ...slow,
    pods: [...slow.pods, ...killed.pods],
    events: [
      probe('Unhealthy', 'Startup probe failed: dial tcp 10.0.0.1:8000: i/o timeout'),
      probe('Killing', 'Container backend failed startup probe, will be restarted'),
    ],
  });

  expect(findings[0]!.fix).toEqual(['give it more time: apply with --set backend.startupProbe.failureThreshold=20']);
});
