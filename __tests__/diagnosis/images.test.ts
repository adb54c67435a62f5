import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import type { Container } from '../../scripts/diagnosis/objects.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { findingsText } from '../support/findings-text.ts';
import { healthySnapshot, NOW } from '../support/healthy-snapshot.ts';
import { recorded } from '../support/recorded.ts';

test('names an image that is not on the node and must not be pulled, once for both pods', async () => {
  const text = findingsText(await recorded('never-pull'));

  expect(text).toBe(`ErrImageNeverPull: Deployment/web container web, 2 pods
fatal, certain, blocks Deployment/web
image not-loaded:1.0.0 is not on node minikube, and pull policy Never forbids to pull it
> event ErrImageNeverPull, 2 times, last at 10:44:08: Container image "not-loaded:1.0.0" is not present with pull policy of Never
fix: minikube image load not-loaded:1.0.0
fix: or let the node pull it: kubectl --namespace demo patch deployment/web --type json --patch '[{"op":"replace","path":"/spec/template/spec/containers/0/imagePullPolicy","value":"IfNotPresent"}]'
check: kubectl --namespace demo get pod web-666865c87b-4xphv
`);
});

test('names an image that its registry does not have', async () => {
  const text = findingsText(await recorded('image-not-found'));

  expect(text).toBe(`ImagePullBackOff: Pod/web-6fdc9b5d8d-6tstb container web
fatal, certain, blocks Deployment/web
image 127.0.0.1:5000/team/web:v9 cannot be pulled: 127.0.0.1:5000 has no such image
> event Failed, at 10:44:07: Failed to pull image "127.0.0.1:5000/team/web:v9": 127.0.0.1:5000/team/web:v9: not found
fix: kubectl --namespace demo set image deployment/web web=IMAGE:TAG
check: kubectl --namespace demo get pod web-6fdc9b5d8d-6tstb
`);
});

test('names a registry that wants a login', async () => {
  const text = findingsText(await recorded('image-unauthorised'));

  expect(text).toBe(`ImagePullBackOff: Pod/web-64bdd9b8f9-wq9vz container web
fatal, certain, blocks Deployment/web
image 127.0.0.1:5001/team/web:v9 cannot be pulled: 127.0.0.1:5001 wants a login (401 Unauthorized)
> event Failed, at 10:44:08: Failed to pull image "127.0.0.1:5001/team/web:v9": pulling from host 127.0.0.1:5001 failed with status code [manifests v9]: 401 Unauthorized
fix: docker login 127.0.0.1:5001
fix: kubectl --namespace demo create secret generic registry-login --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=$HOME/.docker/config.json
fix: kubectl --namespace demo patch serviceaccount default --patch '{"imagePullSecrets":[{"name":"registry-login"}]}'
check: kubectl --namespace demo get pod web-64bdd9b8f9-wq9vz
`);
});

test('names a registry whose host does not exist', async () => {
  const text = findingsText(await recorded('registry-unknown'));

  expect(text).toBe(`ImagePullBackOff: Pod/web-7778884c7-86d7w container web
fatal, certain, blocks Deployment/web
image registry.invalid/team/web:v9 cannot be pulled: the node does not find the host registry.invalid
> event Failed, at 10:44:08: Failed to pull image "registry.invalid/team/web:v9": failed to do request: Head "https://registry.invalid/v2/team/web/manifests/v9": dial tcp: lookup registry.invalid on 10.96.0.10:53: no such host
fix: is registry.invalid right, and can the node reach it? kubectl --namespace demo set image deployment/web web=IMAGE:TAG
check: kubectl --namespace demo get pod web-7778884c7-86d7w
`);
});

test('names a registry that does not listen', async () => {
  const text = findingsText(await recorded('registry-refuses'));

  expect(text).toBe(`ImagePullBackOff: Pod/web-8456945679-8lrs9 container web
fatal, certain, blocks Deployment/web
image 127.0.0.1:1/team/web:v9 cannot be pulled: nothing listens at 127.0.0.1:1
> event Failed, at 10:44:10: Failed to pull image "127.0.0.1:1/team/web:v9": failed to do request: Head "http://127.0.0.1:1/v2/team/web/manifests/v9": dial tcp 127.0.0.1:1: connect: connection refused
fix: is 127.0.0.1:1 right, and can the node reach it? kubectl --namespace demo set image deployment/web web=IMAGE:TAG
check: kubectl --namespace demo get pod web-8456945679-8lrs9
`);
});

test('says to load an image whose name has no registry', async () => {
  const text = findingsText(await recorded('local-name-not-loaded'));

  expect(text).toBe(`ImagePullBackOff: Pod/web-6f87dd696-2hjc8 container web
fatal, certain, blocks Deployment/web
image todo-web:c-0123456789ab is not on node minikube; its name has no registry, so docker.io was asked, and the node does not find the host docker.io
> event Failed, at 10:44:12: Failed to pull image "todo-web:c-0123456789ab": failed to do request: Head "https://registry-1.docker.io/v2/library/todo-web/manifests/c-0123456789ab": dial tcp: lookup registry-1.docker.io on 10.96.0.10:53: no...
fix: minikube image load todo-web:c-0123456789ab
fix: kubectl --namespace demo set image deployment/web web=IMAGE:TAG
check: kubectl --namespace demo get pod web-6f87dd696-2hjc8
`);
});

test('says that pull policy Always is wrong for an image that is only on the node', async () => {
  const text = findingsText(await recorded('always-local'));

  expect(text).toBe(`ImagePullBackOff: Pod/web-85c977977f-2sb8s container web
fatal, certain, blocks Deployment/web
image fault-web:1.0.0 is on node minikube, but pull policy Always asks docker.io for it, and the node does not find the host docker.io
> event Failed, at 10:44:13: Failed to pull image "fault-web:1.0.0": failed to do request: Head "https://registry-1.docker.io/v2/library/fault-web/manifests/1.0.0": dial tcp: lookup registry-1.docker.io on 10.96.0.10:53: no such host
fix: kubectl --namespace demo patch deployment/web --type json --patch '[{"op":"replace","path":"/spec/template/spec/containers/0/imagePullPolicy","value":"IfNotPresent"}]'
check: kubectl --namespace demo get pod web-85c977977f-2sb8s
`);
});

test('names what is no name of an image', async () => {
  const text = findingsText(await recorded('invalid-image-name'));

  expect(text).toBe(`InvalidImageName: Pod/web-65b964989b-7h4f7 container web
fatal, certain, blocks Deployment/web
'Team/Web:v9' is no name of an image: a repository is written in lower case
> event InspectFailed, 2 times, last at 10:44:15: Failed to apply default image tag "Team/Web:v9": couldn't parse image name "Team/Web:v9": invalid reference format: repository name (Web) must be lowercase
fix: kubectl --namespace demo set image deployment/web web=IMAGE:TAG
check: kubectl --namespace demo get pod web-65b964989b-7h4f7
`);
});

test('names the image of the new pods alone during a rollout', async () => {
  const text = findingsText(await recorded('bad-over-good'));

  expect(text).toBe(`ErrImageNeverPull: Pod/web-74d566d65c-2npnd container web
fatal, certain, blocks Deployment/web
image not-loaded:2.0.0 is not on node minikube, and pull policy Never forbids to pull it
> event ErrImageNeverPull, 2 times, last at 10:46:02: Container image "not-loaded:2.0.0" is not present with pull policy of Never
fix: go back to the image of its pods that are ready: kubectl --namespace demo set image deployment/web web=fault-web:1.0.0
fix: or minikube image load not-loaded:2.0.0
fix: or let the node pull it: kubectl --namespace demo patch deployment/web --type json --patch '[{"op":"replace","path":"/spec/template/spec/containers/0/imagePullPolicy","value":"IfNotPresent"}]'
check: kubectl --namespace demo get pod web-74d566d65c-2npnd
`);
});

test('says nothing of the pods that a rollout replaces', async () => {
  const text = findingsText(await recorded('good-over-bad'));

  expect(text).toBe('');
});

describe('what the Docker engine has of an image that a node lacks', () => {
  const waiting = { state: { waiting: { reason: 'ErrImageNeverPull' } }, ready: false };
  const found = (engine: Snapshot['engine']) =>
    diagnose(healthySnapshot({ ready: false, status: waiting, snapshot: { engine } }))[0]!;

  test('was built, and not loaded', () => {
    const { cause, fix } = found([{ reference: 'shop:latest', ids: ['a'], platform: 'linux/arm64' }]);

    expect(cause).toBe(
      'image shop:latest is not on node minikube, and pull policy Never forbids to pull it; the Docker engine has it: it was built, and not loaded',
    );
    expect(fix[0]).toBe('minikube image load shop:latest');
  });

  test('is nothing, where nobody has built it', () => {
    const { cause, fix } = found([{ reference: 'shop:latest', ids: [] }]);

    expect(cause).toMatch(/; the Docker engine has no such image either$/);
    expect(fix[0]).toBe('npm run apply, which builds an image and loads it');
  });

  test('is not said where it was not asked', () => {
    expect(found(undefined).cause).toMatch(/pull policy Never forbids to pull it$/);
  });
});

describe('an image that was loaded after the kubelet has looked for it', () => {
  const OWN = 'reg.example.com/shop:1';
  const held = (...nodes: string[]) => nodes.map((node) => ({ node, names: ['docker.io/library/shop:latest', OWN] }));
  const found = (
    reason: string,
    message: string,
    { on = 'minikube', ...container }: Partial<Container> & { on?: string } = {},
  ) => {
    const status = { state: { waiting: { reason, message } }, ready: false };
    return diagnose(healthySnapshot({ ready: false, status, container, snapshot: { images: held(on) } }))[0]!;
  };
  const DENIED = 'pull access denied, repository does not exist or may require authorization';
  const NEVER = 'Container image "shop:latest" is not present with pull policy of Never';

  test.each([
    ['ErrImageNeverPull', NEVER],
    ['ErrImagePull', DENIED],
    ['ImagePullBackOff', 'Back-off pulling image "shop:latest"'],
  ])('is waited for: %s', (reason, message) => {
    const { severity, cause } = found(reason, message);

    expect(severity).toBe('waiting');
    expect(cause).toBe('image shop:latest was not on node minikube; it is now, and the kubelet tries again by itself');
  });

  test('is not waited for where it is on another node, which is named, and nothing that is there is advised', () => {
    const { severity, cause, fix } = found('ErrImageNeverPull', NEVER, { on: 'other' });

    expect(severity).toBe('fatal');
    expect(cause).toMatch(/ forbids to pull it \(it is on other\)$/);
    expect(fix).toEqual([
      'minikube image load shop:latest',
      'or let the node pull it: apply with --set backend.image.pullPolicy=IfNotPresent',
    ]);
  });

  test.each([
    ['ErrImagePull', DENIED, { image: OWN }, /reg\.example\.com has no such repository, or it wants a login/],
    ['ImagePullBackOff', 'no such host', { imagePullPolicy: 'Always' as const }, /pull policy Always asks/],
  ])('is not waited for where the pod may not have what is there: %s', (reason, message, container, cause) => {
    const finding = found(reason, message, container);

    expect(finding.cause).toMatch(cause);
    expect(finding.severity).toBe('fatal');
  });
});

describe('an image for another processor', () => {
  const engine = [{ reference: 'shop:latest', ids: ['a'], platform: 'linux/amd64' }];
  const CAUSE = 'image shop:latest is built for linux/amd64, and the node is linux/arm64';
  const FIX = 'build the image for the node: npm run build -- --platform linux/arm64, and then: npm run apply';

  test('is told with both, where its program cannot be started', () => {
    const message = 'exec /usr/bin/node: exec format error';
    const terminated = { exitCode: 128, reason: 'StartError', message, startedAt: NOW, finishedAt: NOW };
    const status = { state: { terminated }, ready: false };

    const [finding] = diagnose(healthySnapshot({ ready: false, status, snapshot: { engine } }));

    expect([finding!.code, finding!.cause, finding!.fix]).toEqual(['RunContainerError', CAUSE, [FIX]]);
  });

  test('and where it ends with that word', () => {
    const terminated = { exitCode: 1, reason: 'Error', startedAt: NOW, finishedAt: NOW };
    const logs = { 'web-1-x/backend': { current: ['exec /app/start: exec format error'] } };
    const changes = { ready: false, status: { state: { terminated }, ready: false } };

    const [known] = diagnose(healthySnapshot({ ...changes, snapshot: { engine, logs } }));
    const [unknown] = diagnose(healthySnapshot({ ...changes, snapshot: { logs } }));

    expect(known!.cause).toBe(`container backend crashes with exit code 1; ${CAUSE}`);
    expect(known!.fix).toEqual([FIX]);
    expect(unknown!.cause).toContain('the program is for another processor architecture than the node');
  });
});
