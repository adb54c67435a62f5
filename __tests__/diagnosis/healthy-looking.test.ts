import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import type { Event } from '../../scripts/diagnosis/objects.ts';
import type { HelmState, Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { findingsText } from '../support/findings-text.ts';
import { type Changes, healthySnapshot, ID } from '../support/healthy-snapshot.ts';

const OTHER = 'b'.repeat(64);
const NAME = 'docker.io/library/shop:latest';
const node = (id: string) => [{ node: 'minikube', names: [NAME], ids: { [NAME]: id } }];
const engine = (...ids: string[]) => [{ reference: 'shop:latest', ids, platform: 'linux/arm64' }];

test('nothing is wrong with a release that is as it should be', () => {
  const known = { images: node(ID), engine: engine(OTHER, ID) };

  expect(diagnose(healthySnapshot())).toEqual([]);
  expect(diagnose(healthySnapshot({ snapshot: known }))).toEqual([]);
});

describe('an image', () => {
  test('that was built anew under its name, and not loaded, is stale', () => {
    expect(
      text({ snapshot: { images: node(ID), engine: engine(OTHER) } }),
    ).toBe(`StaleImage: Pod/web-1-x container backend
fatal, certain, blocks nothing
image shop:latest on node minikube is not the one that the Docker engine has under that name: it was built anew, and not loaded
> node minikube has sha256:aaaaaaaaaaaa, the Docker engine has sha256:bbbbbbbbbbbb
fix: npm run apply, which gives each build a tag of its own
fix: or minikube image load shop:latest, and then: kubectl --namespace demo rollout restart deployment/web
check: docker image inspect shop:latest --format '{{.Id}}'
`);
  });

  test('that was loaded anew after the pod has started is not what runs', () => {
    expect(
      text({ snapshot: { images: node(OTHER), engine: engine(OTHER) } }),
    ).toBe(`OldImage: Pod/web-1-x container backend
fatal, certain, blocks nothing
container backend runs the image that was called shop:latest before; node minikube has another one under that name now
> the container runs sha256:aaaaaaaaaaaa, node minikube has sha256:bbbbbbbbbbbb
fix: kubectl --namespace demo rollout restart deployment/web
check: kubectl --namespace demo get pods --output custom-columns=POD:.metadata.name,IMAGE:.status.containerStatuses[*].imageID
`);
  });

  test.each<[string, Partial<Snapshot>]>([
    ['the engine was not asked', { images: node(ID) }],
    ['the engine has none', { images: node(ID), engine: engine() }],
    ['the node was not asked', { engine: engine(OTHER) }],
    ['the node has none of that name', { images: [{ node: 'minikube', names: [], ids: {} }], engine: engine(OTHER) }],
  ])('is not called stale where %s', (_, snapshot) => {
    expect(codes({ snapshot })).toEqual([]);
  });

  test('of a registry has an id that says nothing', () => {
    const status = { imageID: `docker.io/library/shop@sha256:${ID}` };

    expect(codes({ status, snapshot: { images: node(OTHER) } })).toEqual([]);
  });
});

describe('a Secret', () => {
  const envFrom = [{ secretRef: { name: 'keys' } }];
  const env = [{ name: 'A', valueFrom: { secretKeyRef: { name: 'keys', key: 'DATABASE_URL' } } }];

  test('that is gone while its pods go on is told before the next one starts', () => {
    expect(text({ container: { envFrom }, snapshot: { secrets: [] } })).toBe(`MissingSecret: Deployment/web
fatal, certain, blocks nothing
there is no Secret 'keys'; the pods that run have read it before, and the next one that starts will not
> Deployment/web wants Secret keys
fix: npm run apply makes it anew, or: kubectl --namespace demo create secret generic keys --from-env-file=FILE
check: kubectl --namespace demo get secret keys
`);
  });

  test('that has lost a key is told, too', () => {
    const secrets = [{ name: 'keys', keys: ['BETTER_AUTH_SECRET'] }];

    expect(text({ container: { env }, snapshot: { secrets } })).toBe(`MissingKey: Deployment/web
fatal, certain, blocks nothing
Secret 'keys' has no key 'DATABASE_URL'; the pods that run have read it before, and the next one that starts will not
> Deployment/web wants key DATABASE_URL of Secret keys
fix: add DATABASE_URL to it: kubectl --namespace demo edit secret keys
check: kubectl --namespace demo get secret keys
`);
  });

  test('without what the application reads of it makes it work in another way than is meant', () => {
    const secrets = [{ name: 'keys', keys: ['DATABASE_URI', 'BETTER_AUTH_SECRET'] }];

    expect(text({ container: { envFrom }, snapshot: { secrets } })).toBe(`MissingKey: Deployment/web
fatal, certain, blocks nothing
Secret 'keys' has no key 'DATABASE_URL': each pod keeps todos of its own, in a file that goes with it
> Secret keys has BETTER_AUTH_SECRET, DATABASE_URI
fix: npm run apply adds it, or: kubectl --namespace demo edit secret keys
fix: then: kubectl --namespace demo rollout restart deployment/web
check: kubectl --namespace demo get secret keys --output 'go-template={{range $key, $_ := .data}}{{$key}} {{end}}'
`);
  });

  test.each<[string, Changes]>([
    ['it is there', { container: { env, envFrom } }],
    ['it is optional', { container: { envFrom: [{ secretRef: { name: 'other', optional: true } }] } }],
    ['Secrets may not be read', { container: { env, envFrom }, snapshot: { secrets: undefined } }],
    ['the chart is another one', { container: { envFrom }, snapshot: { valuePaths: undefined } }],
  ])('is not missed where %s', (_, changes) => {
    expect(codes(changes)).toEqual([]);
  });

  test('is told once where pods lack it as well', () => {
    const waiting = { reason: 'CreateContainerConfigError', message: 'secret "keys" not found' };
    const good = healthySnapshot({ container: { envFrom }, snapshot: { secrets: [] } });
    const bad = healthySnapshot({
      ...{ pod: { name: 'web-1-y' }, ready: false, container: { envFrom } },
      status: { state: { waiting }, ready: false },
    });

    const findings = diagnose({ ...good, pods: [...good.pods, ...bad.pods] });

    expect(findings.map(({ code, subject }) => [code, subject])).toEqual([
      ['CreateContainerConfigError', 'Pod/web-1-y container backend'],
    ]);
  });

  test('is missed as a ConfigMap is, also as a volume', () => {
    const base = healthySnapshot();
    const [deployment] = base.deployments;
    const { template } = deployment!.spec;
    const volumes = [{ name: 'v', configMap: { name: 'settings' } }];
    const spec = { ...deployment!.spec, template: { ...template, spec: { ...template.spec, volumes } } };

    const findings = diagnose({ ...base, deployments: [{ ...deployment!, spec }] });

    expect(findings.map(({ code, cause }) => [code, cause.split(';')[0]])).toEqual([
      ['MissingConfigMap', "there is no ConfigMap 'settings'"],
    ]);
  });
});

describe('a start', () => {
  const startupProbe = { httpGet: { port: 8000 }, periodSeconds: 2, failureThreshold: 10 };

  test('that took nearly all of its time is the last warning', () => {
    expect(text({ container: { startupProbe }, startSeconds: 17 })).toBe(`NarrowStart: Pod/web-1-x container backend
waiting, likely, blocks nothing
container backend took 17 s to get ready, and is killed by its startup probe after 20 s
> startupProbe: initialDelaySeconds 0, periodSeconds 2, failureThreshold 10
fix: give it more time: apply with --set backend.startupProbe.failureThreshold=17
check: kubectl --namespace demo get pod web-1-x
`);
  });

  test('is held to the liveness probe where there is no other', () => {
    const livenessProbe = { httpGet: { port: 8000 }, initialDelaySeconds: 5, periodSeconds: 10, failureThreshold: 3 };

    expect(diagnose(healthySnapshot({ container: { livenessProbe }, startSeconds: 30 }))[0]!.cause).toBe(
      'container backend took 30 s to get ready, and is killed by its liveness probe after 35 s',
    );
  });

  test.each([
    ['fast enough', 13, {}],
    ['later than it could have been', 21, {}],
    ['another one than the first', 17, { restartCount: 1 }],
  ])('is no warning where it was %s', (_, startSeconds, status) => {
    expect(codes({ container: { startupProbe }, startSeconds, status })).toEqual([]);
  });
});

describe('a restart of a container that runs again', () => {
  const ended = (reason: string, exitCode: number, finishedAt: string) => ({
    restartCount: 1,
    lastState: { terminated: { reason, exitCode, startedAt: finishedAt, finishedAt } },
  });

  test.each([
    ['Error', 1, '2026-11-21T09:30:00Z', ['Restarted']],
    ['Error', 1, '2026-11-21T08:30:00Z', []],
    ['OOMKilled', 137, '2026-11-21T08:30:00Z', ['OOMKilled']],
    ['OOMKilled', 137, '2026-11-20T10:30:00Z', []],
  ])('for %s %s at %s: %j', (reason, exitCode, finishedAt, expected) => {
    expect(codes({ status: ended(reason, exitCode, finishedAt) })).toEqual(expected);
  });
});

describe('a pod that should be gone', () => {
  test('is told with its node, or with what holds it', () => {
    const metadata = { name: 'web-0-x', deletionTimestamp: '2026-11-21T10:55:00Z' };

    expect(leaving(metadata)).toBe(`StuckTerminating: Pod/web-0-x
fatal, certain, blocks nothing
pod web-0-x had to be gone 300 s ago: node minikube does not say that it has ended it
> pod web-0-x: deletionTimestamp 2026-11-21T10:55:00Z, on minikube
fix: kubectl get node minikube, and if it is gone for good: kubectl --namespace demo delete pod web-0-x --grace-period=0 --force
check: kubectl --namespace demo get pod web-0-x
`);
    expect(leaving({ ...metadata, finalizers: ['example.com/hold'] })).toContain(
      '300 s ago: example.com/hold holds it',
    );
    expect(leaving({ ...metadata, deletionTimestamp: '2026-11-21T10:59:30Z' })).toBe('');
  });

  test('is told with what its node says of ending it', () => {
    const killing = {
      type: 'Warning',
      reason: 'FailedKillPod',
      message:
        'error killing pod: failed to "KillContainer" for "web" with KillContainerError: "device or resource busy"',
      involvedObject: { kind: 'Pod', name: 'web-0-x' },
      count: 4,
      lastTimestamp: '2026-11-21T10:59:00Z',
    } as unknown as Event;

    const text = leaving({ name: 'web-0-x', deletionTimestamp: '2026-11-21T10:55:00Z' }, [killing]);

    expect(text).toContain('300 s ago: node minikube cannot end it: error killing pod: failed to "KillContainer"');
    expect(text).toContain('> event FailedKillPod, 4 times, last at 10:59:00: error killing pod');
  });

  function leaving(pod: Changes['pod'] & object, events: readonly Event[] = []): string {
    const base = healthySnapshot();
    return findingsText({ ...base, events, pods: [...base.pods, ...healthySnapshot({ pod }).pods] });
  }
});

describe('Helm’s record', () => {
  const helm = (state: Partial<HelmState>): Changes => ({
    snapshot: {
      helm: { ...healthySnapshot().helm!, before: { revision: 3, containers: {} }, ...state },
    },
  });

  test('of an operation that was cut short keeps every other from beginning', () => {
    expect(text(helm({ status: 'pending-upgrade', description: 'Preparing upgrade' }))).toBe(`HelmPending: Release/shop
fatal, certain, blocks nothing
revision 4 is pending-upgrade for 60 minutes: its Helm was cut short, and Helm refuses every other change
> revision 4, pending-upgrade since 2026-11-21T10:00:00Z: Preparing upgrade
fix: npm run apply, which repairs it
fix: or helm rollback shop 3 --namespace demo
check: helm history shop --namespace demo
`);
  });

  test('of one that may be at work is only told', () => {
    const [finding] = diagnose(healthySnapshot(helm({ status: 'pending-upgrade', updated: '2026-11-21T10:59:00Z' })));

    expect([finding!.code, finding!.severity, finding!.fix]).toEqual(['HelmPending', 'waiting', []]);
  });

  test('of a first one that was cut short has nothing to go back to', () => {
    const [finding] = diagnose(healthySnapshot(helm({ status: 'pending-install', before: undefined })));

    expect(finding!.fix).toEqual(['npm run apply, which repairs it', 'or helm uninstall shop --namespace demo']);
  });

  test('of one that has failed is told, with the context where it is another one', () => {
    const changes = helm({ status: 'failed', description: 'Upgrade "shop" failed: conflict' });
    const snapshot = { ...healthySnapshot(changes), context: 'staging' };

    expect(findingsText(snapshot)).toBe(`HelmFailed: Release/shop
fatal, certain, blocks nothing
revision 4 has failed: Upgrade "shop" failed: conflict
> revision 4, failed since 2026-11-21T10:00:00Z: Upgrade "shop" failed: conflict
fix: npm run apply
fix: or helm --kube-context staging rollback shop 3 --namespace demo
check: helm --kube-context staging history shop --namespace demo
`);
  });

  test('of one that gave up waiting is a consequence of what it waited for', () => {
    const state = { waiting: { reason: 'ErrImageNeverPull' } };
    const changes = helm({ status: 'failed', description: 'Upgrade "shop" failed: context deadline exceeded' });

    const findings = diagnose(healthySnapshot({ ...changes, ready: false, status: { state, ready: false } }));

    expect(findings.map(({ code, consequences }) => [code, consequences])).toEqual([
      [
        'ErrImageNeverPull',
        [
          'Release/shop: revision 4 has failed: Upgrade "shop" failed: context deadline exceeded',
          'Service/web has no endpoint that is ready',
        ],
      ],
    ]);
  });
});

function text(changes: Changes): string {
  return findingsText(healthySnapshot(changes));
}

function codes(changes: Changes): string[] {
  return diagnose(healthySnapshot(changes)).map(({ code }) => code);
}
