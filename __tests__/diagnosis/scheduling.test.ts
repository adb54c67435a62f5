import { findingsText } from '../support/findings-text.ts';
import { recorded } from '../support/recorded.ts';

test('gives what is asked and what the node has', async () => {
  const text = findingsText(await recorded('too-much-memory'));

  expect(text).toBe(`Unschedulable: Pod/web-7c7677dfcf-rtvq5
fatal, certain, blocks Deployment/web
the pod asks for 100Gi of memory, and node minikube has 23.4Gi in all
> event FailedScheduling: 0/1 nodes are available: 1 Insufficient memory.
> node minikube: 23.4Gi of memory, requested 128Mi, left 23.3Gi
fix: ask for at most 23.4Gi: kubectl --namespace demo set resources deployment/web --containers=web --requests=memory=AMOUNT
fix: or use a larger node; Minikube takes its size only when it is made: minikube start --memory=...
check: kubectl --namespace demo get pod web-7c7677dfcf-rtvq5
`);
});

test('gives what other pods have left', async () => {
  const text = findingsText(await recorded('too-much-cpu'));

  expect(text).toBe(`Unschedulable: Pod/web-6798b4cbf9-h2brr
fatal, certain, blocks Deployment/web
the pod asks for 1900m of cpu, and node minikube has 30m left of 2
> event FailedScheduling: 0/1 nodes are available: 1 Insufficient cpu.
> node minikube: 2 of cpu, requested 1970m, left 30m
fix: ask for at most 30m: kubectl --namespace demo set resources deployment/web --containers=web --requests=cpu=AMOUNT
fix: or use fewer replicas, or delete what is not needed: kubectl --all-namespaces get pods
check: kubectl --namespace demo get pod web-6798b4cbf9-h2brr
`);
});

test('names the labels that no node has', async () => {
  const text = findingsText(await recorded('no-such-node'));

  expect(text).toBe(`Unschedulable: Pod/web-66bdbf6cd8-8nkrx
fatal, certain, blocks Deployment/web
no node has node.example.com/disk=ssd
> event FailedScheduling: 0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.
fix: kubectl label node NODE node.example.com/disk=ssd, or take the nodeSelector away: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-66bdbf6cd8-8nkrx
`);
});

test('names an anti-affinity that leaves no node', async () => {
  const text = findingsText(await recorded('anti-affinity'));

  expect(text).toBe(`Unschedulable: Pod/web-6d86df465d-9bdn9
fatal, certain, blocks Deployment/web
its anti-affinity forbids it the nodes where pods like it run already
> event FailedScheduling: 0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.
fix: let it be preferred instead of required, or use fewer replicas: kubectl --namespace demo edit deployment/web
check: kubectl --namespace demo get pod web-6d86df465d-9bdn9
`);
});

test('gives what is left of a quota', async () => {
  const text = findingsText(await recorded('quota'));

  expect(text).toBe(`QuotaExceeded: Deployment/web
fatal, certain, blocks Deployment/web
quota 'team' of namespace demo is used up: the pod asks for 64Mi of requests.memory, and 36Mi of 100Mi are left
> event FailedCreate, 2 times, last at 10:45:19: (combined from similar events): Error creating: pods "web-5f4bf5d795-kljnl" is forbidden: exceeded quota: team, requested: requests.memory=64Mi, used: requests.memory=64Mi, limited: requests...
fix: ask for less, or use fewer replicas: kubectl --namespace demo edit deployment/web
fix: or raise it: kubectl --namespace demo edit resourcequota team
check: kubectl --namespace demo get deployment/web
`);
});

test('names the field that a quota wants', async () => {
  const text = findingsText(await recorded('quota-wants-requests'));

  expect(text).toBe(`QuotaExceeded: Deployment/web
fatal, certain, blocks Deployment/web
quota 'team' wants limits.memory to be set, and container web does not set it
> event FailedCreate, at 10:45:20: Error creating: pods "web-5ff8964548-9hffd" is forbidden: failed quota: team: must specify limits.memory for: web
fix: kubectl --namespace demo set resources deployment/web --containers=web --limits=memory=AMOUNT
check: kubectl --namespace demo get deployment/web
`);
});

test('gives the bound of a LimitRange', async () => {
  const text = findingsText(await recorded('limit-range'));

  expect(text).toBe(`LimitRange: Deployment/web
fatal, certain, blocks Deployment/web
a LimitRange of namespace demo allows at most 256Mi of memory in a container, and one sets 512Mi
> event FailedCreate, at 10:45:22: Error creating: pods "web-6677fbf54c-cq778" is forbidden: maximum memory usage per Container is 256Mi, but limit is 512Mi
fix: set memory to 256Mi: kubectl --namespace demo edit deployment/web
fix: or change it: kubectl --namespace demo get limitrange
check: kubectl --namespace demo get deployment/web
`);
});

test('names a missing ServiceAccount', async () => {
  const text = findingsText(await recorded('no-service-account'));

  expect(text).toBe(`FailedCreate: Deployment/web
waiting, certain, blocks Deployment/web
there is no ServiceAccount 'web' in namespace demo
> event FailedCreate, 9 times, last at 10:45:22: Error creating: pods "web-6f77bcfd6-" is forbidden: error looking up service account demo/web: serviceaccount "web" not found
fix: kubectl --namespace demo create serviceaccount web
check: kubectl --namespace demo get deployment/web
`);
});

test('names an unknown storage class, and not the pod that waits for it', async () => {
  const text = findingsText(await recorded('unknown-storage-class', 5));

  expect(text).toBe(`ProvisioningFailed: PersistentVolumeClaim/data-web-0
fatal, certain, blocks StatefulSet/web
PersistentVolumeClaim 'data-web-0' (1Mi) gets no volume: there is no storage class 'fast-ssd'
> event ProvisioningFailed, at 10:45:22: storageclass.storage.k8s.io "fast-ssd" not found
so: Pod/web-0: its volume is not there yet
so: Service/web has no endpoint that is ready
fix: see what there is: kubectl get storageclass
fix: name one of them in the claim; it has to be made anew: kubectl --namespace demo delete pvc data-web-0
check: kubectl --namespace demo get pvc data-web-0
`);
});

test('names a claim without a storage class', async () => {
  const text = findingsText(await recorded('no-storage-class', 5));

  expect(text).toBe(`FailedBinding: PersistentVolumeClaim/data-web-0
fatal, certain, blocks StatefulSet/web
PersistentVolumeClaim 'data-web-0' (1Mi) gets no volume: its storage class is '', so that a volume has to be there, and none fits
> event FailedBinding, at 10:45:23: no persistent volumes available for this claim and no storage class is set
so: Pod/web-0: its volume is not there yet
so: Service/web has no endpoint that is ready
fix: see what there is: kubectl get storageclass
fix: name one of them in the claim; it has to be made anew: kubectl --namespace demo delete pvc data-web-0
check: kubectl --namespace demo get pvc data-web-0
`);
});

test('names the old pod that a StatefulSet waits for', async () => {
  const text = findingsText(await recorded('stateful-set-stuck'));

  expect(text).toBe(`StatefulSetStuck: Pod/web-0
fatal, certain, blocks StatefulSet/web
StatefulSet 'web' has a new template, and waits for pod web-0 of the old one, which does not get ready
> StatefulSet web: its new revision is web-86d4d86d55, pod web-0 is of web-b59dd688c
so: Pod/web-0: image not-loaded:1.0.0 is not on node minikube, and pull policy Never forbids to pull it
so: Service/web has no endpoint that is ready
fix: kubectl --namespace demo delete pod web-0
check: kubectl --namespace demo rollout status statefulset/web
`);
});
