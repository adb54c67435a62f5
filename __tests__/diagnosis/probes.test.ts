import { findingsText } from '../support/findings-text.ts';
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
