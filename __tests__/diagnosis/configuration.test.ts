import { findingsText } from '../support/findings-text.ts';
import { recorded } from '../support/recorded.ts';

test('names a missing Secret', async () => {
  const text = findingsText(await recorded('missing-secret'));

  expect(text).toBe(`CreateContainerConfigError: Deployment/web container web, 2 pods
fatal, certain, blocks Deployment/web
there is no Secret 'web-secret' in namespace demo
> event Failed, 2 times, last at 10:44:19: Error: secret "web-secret" not found
fix: kubectl --namespace demo create secret generic web-secret --from-env-file=.env
check: kubectl --namespace demo get pod web-6f69445647-4fj8q
`);
});

test('names a missing key, and those that are there', async () => {
  const text = findingsText(await recorded('missing-key'));

  expect(text).toBe(`CreateContainerConfigError: Pod/web-6d89f9bf48-k47xh container web
fatal, certain, blocks Deployment/web
Secret 'web-secret' has no key 'DATABASE-URL'; it has DATABASE_URL, OTHER
> event Failed, 2 times, last at 10:44:19: Error: couldn't find key DATABASE-URL in Secret demo/web-secret
fix: name DATABASE_URL, which it has, in variable KEY: kubectl --namespace demo edit deployment/web
fix: or add DATABASE-URL to it: kubectl --namespace demo edit secret web-secret
check: kubectl --namespace demo get pod web-6d89f9bf48-k47xh
`);
});

test('names a missing ConfigMap', async () => {
  const text = findingsText(await recorded('missing-config-map'));

  expect(text).toBe(`CreateContainerConfigError: Pod/web-6785bddc6c-z9ltb container web
fatal, certain, blocks Deployment/web
there is no ConfigMap 'web-config' in namespace demo
> event Failed, 2 times, last at 10:44:19: Error: configmap "web-config" not found
fix: kubectl --namespace demo create configmap web-config --from-env-file=FILE
check: kubectl --namespace demo get pod web-6785bddc6c-z9ltb
`);
});

test('names the missing Secret of a volume', async () => {
  const text = findingsText(await recorded('missing-volume-secret'));

  expect(text).toBe(`FailedMount: Pod/web-68676b8bb7-mdkrh
fatal, certain, blocks Deployment/web
there is no Secret 'web-tls' in namespace demo
> event FailedMount, 3 times, last at 10:44:21: MountVolume.SetUp failed for volume "tls" : secret "web-tls" not found
fix: kubectl --namespace demo create secret generic web-tls --from-env-file=.env
check: kubectl --namespace demo get pod web-68676b8bb7-mdkrh
`);
});

test('names the missing key of a volume', async () => {
  const text = findingsText(await recorded('missing-volume-key'));

  expect(text).toBe(`FailedMount: Pod/web-5ff8cdc796-d9bh6
fatal, certain, blocks Deployment/web
Secret 'web-tls' has no key 'tls.key'; it has tls.crt
> event FailedMount, 3 times, last at 10:44:25: MountVolume.SetUp failed for volume "tls" : references non-existent secret key: tls.key
fix: add tls.key to it: kubectl --namespace demo edit secret web-tls
check: kubectl --namespace demo get pod web-5ff8cdc796-d9bh6
`);
});

test('names an image that runs as root where that is forbidden', async () => {
  const text = findingsText(await recorded('runs-as-root'));

  expect(text).toBe(`CreateContainerConfigError: Pod/web-8587b9db65-crpx5 container web
fatal, certain, blocks Deployment/web
image fault-web:1.0.0 runs as root, and runAsNonRoot forbids it
> event Failed, 2 times, last at 10:44:25: Error: container has runAsNonRoot and image will run as root
fix: kubectl --namespace demo patch deployment/web --patch '{"spec":{"template":{"spec":{"securityContext":{"runAsUser":10001}}}}}'
fix: or build the image with a number: USER 10001
check: kubectl --namespace demo get pod web-8587b9db65-crpx5
`);
});

test('names an image whose user is no number', async () => {
  const text = findingsText(await recorded('named-user'));

  expect(text).toBe(`CreateContainerConfigError: Pod/web-776877ddbd-828np container web
fatal, certain, blocks Deployment/web
image fault-user:1.0.0 names its user 'nobody'; runAsNonRoot can only check a number
> event Failed, 2 times, last at 10:44:25: Error: container has runAsNonRoot and image has non-numeric user (nobody), cannot verify user is non-root
fix: kubectl --namespace demo patch deployment/web --patch '{"spec":{"template":{"spec":{"securityContext":{"runAsUser":10001}}}}}'
fix: or build the image with a number: USER 10001
check: kubectl --namespace demo get pod web-776877ddbd-828np
`);
});
