import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import { findingsText } from '../support/findings-text.ts';
import { healthySnapshot } from '../support/healthy-snapshot.ts';
import { recorded } from '../support/recorded.ts';

test('names a selector that no pod has, and what the nearest has', async () => {
  const text = findingsText(await recorded('service-selects-nothing'));

  expect(text).toBe(`NoEndpoints: Service/web
fatal, certain, blocks nothing
Service 'web' selects app=webb, and no pod has these labels; Deployment/web has app=web
> Service web: selector app=webb, ports 80 to http
fix: correct the selector: kubectl --namespace demo edit service web
check: kubectl --namespace demo get endpointslices --selector kubernetes.io/service-name=web
`);
});

test('names a port that no container has', async () => {
  const text = findingsText(await recorded('service-port-name'));

  expect(text).toBe(`NoEndpoints: Service/web
fatal, certain, blocks nothing
Service 'web' leads to port 'https', and the containers of Deployment/web have http (8080)
> Service web: selector app=web, ports 80 to https
fix: correct targetPort: kubectl --namespace demo edit service web
check: kubectl --namespace demo get endpointslices --selector kubernetes.io/service-name=web
`);
});

test('says that a Service has no endpoints as a consequence', async () => {
  const text = findingsText(await recorded('service-behind-crash'));

  expect(text).toBe(`CrashLoopBackOff: Deployment/web container web, 2 pods
fatal, certain, blocks Deployment/web
container web crashes with exit code 1; its log ends with: Error: no
> container state: ended 2 times, last with exit code 1 (Error), after 0 s
> log: Error: no
so: Service/web has no endpoint that is ready
fix: read its log: kubectl --namespace demo logs web-6c47876645-fmtzh --container web
check: kubectl --namespace demo logs web-6c47876645-fmtzh --container web
`);
});

test('names the request that an autoscaler lacks', async () => {
  const text = findingsText(await recorded('no-request'));

  expect(text).toBe(`FailedGetResourceMetric: HorizontalPodAutoscaler/web
fatal, certain, blocks nothing
autoscaler 'web' knows no share of cpu: container web has no request for it
> condition ScalingActive, FailedGetResourceMetric: the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container web of Pod web-5d5bd8d67b-7dc67
fix: kubectl --namespace demo set resources deployment/web --containers=web --requests=cpu=100m
check: kubectl --namespace demo get hpa web
`);
});

test('gives new pods the time to be measured', async () => {
  const text = findingsText(await recorded('not-yet-sampled'));

  expect(text).toBe(`FailedGetResourceMetric: HorizontalPodAutoscaler/web
waiting, certain, blocks nothing
autoscaler 'web' has no metrics yet: new pods are measured within some minutes
> condition ScalingActive, FailedGetResourceMetric: the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API
check: kubectl --namespace demo get hpa web
`);
});

test('names what an autoscaler does not find', async () => {
  const text = findingsText(await recorded('no-scale-target'));

  expect(text).toBe(`FailedGetScale: HorizontalPodAutoscaler/web
fatal, certain, blocks nothing
autoscaler 'web' scales Deployment 'web', which does not exist
> condition AbleToScale, FailedGetScale: the HPA controller was unable to get the target's current scale: deployments.apps "web" not found
fix: kubectl --namespace demo get deployment
check: kubectl --namespace demo get hpa web
`);
});

describe('an autoscaler without metrics', () => {
  const metricless = (message: string) =>
    diagnose(
      healthySnapshot({
        snapshot: {
          horizontalPodAutoscalers: [
            {
              apiVersion: 'autoscaling/v2',
              kind: 'HorizontalPodAutoscaler',
              metadata: { name: 'web', labels: { 'app.kubernetes.io/instance': 'shop' } },
              spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 5 },
              status: {
                conditions: [
                  {
                    ...{ type: 'ScalingActive', status: 'False', reason: 'FailedGetResourceMetric', message },
                    lastTransitionTime: '2026-11-21T10:50:00Z',
                  },
                ],
              },
            },
          ],
        },
      }),
    )[0]!;

  test.each([
    'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
    'unable to fetch metrics from resource metrics API: the server is currently unable to handle the request (get pods.metrics.k8s.io): ServiceUnavailable',
  ])('whose cluster has no metrics API that answers says so: %s', (message) => {
    const { severity, cause, fix, blocks } = metricless(message);

    expect([severity, blocks]).toEqual(['fatal', []]);
    expect(cause).toBe("autoscaler 'web' has no metrics: the cluster has no metrics API, or it does not answer");
    expect(fix[0]).toBe('minikube addons enable metrics-server');
  });

  test('for long says how long', () => {
    expect(metricless('no metrics returned from resource metrics API').cause).toBe(
      "autoscaler 'web' has had no metrics for 10 minutes",
    );
  });
});
