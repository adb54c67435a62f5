import { ExternalSecret, ExternalSecretSpecSecretStoreRefKind } from '../imports/external-secrets.io.ts';
import { HttpRoute, HttpRouteSpecRulesMatchesPathType } from '../imports/gateway.networking.k8s.io.ts';
import { ServiceMonitor, ServiceMonitorSpecEndpointsTargetPort } from '../imports/monitoring.coreos.com.ts';
import { testChart } from './support/test-chart.ts';

const metadata = { name: 'todo' };

test('HttpRoute is a gateway.networking.k8s.io/v1 HTTPRoute', () => {
  const route = new HttpRoute(testChart(), 'route', {
    metadata,
    spec: {
      parentRefs: [{ name: 'web', sectionName: undefined }],
      rules: [
        {
          matches: [{ path: { type: HttpRouteSpecRulesMatchesPathType.PATH_PREFIX, value: '/' } }],
          backendRefs: [{ name: 'todo-frontend', port: 3000 }],
        },
      ],
    },
  });

  expect(route.toJson()).toStrictEqual({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata,
    spec: {
      parentRefs: [{ name: 'web' }],
      rules: [
        {
          matches: [{ path: { type: 'PathPrefix', value: '/' } }],
          backendRefs: [{ name: 'todo-frontend', port: 3000 }],
        },
      ],
    },
  });
});

test('ServiceMonitor is a monitoring.coreos.com/v1 ServiceMonitor, its target port a bare number', () => {
  const monitor = new ServiceMonitor(testChart(), 'monitor', {
    metadata,
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'todo' } },
      endpoints: [{ targetPort: ServiceMonitorSpecEndpointsTargetPort.fromNumber(8000), path: '/metrics' }],
    },
  });

  expect(monitor.toJson()).toStrictEqual({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata,
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'todo' } },
      endpoints: [{ targetPort: 8000, path: '/metrics' }],
    },
  });
});

test('ExternalSecret is an external-secrets.io/v1 ExternalSecret', () => {
  const secret = new ExternalSecret(testChart(), 'secret', {
    metadata,
    spec: {
      secretStoreRef: { name: 'vault', kind: ExternalSecretSpecSecretStoreRefKind.CLUSTER_SECRET_STORE },
      data: [{ secretKey: 'DATABASE_URL', remoteRef: { key: 'todo/database-url' } }],
    },
  });

  expect(secret.toJson()).toStrictEqual({
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata,
    spec: {
      secretStoreRef: { name: 'vault', kind: 'ClusterSecretStore' },
      data: [{ secretKey: 'DATABASE_URL', remoteRef: { key: 'todo/database-url' } }],
    },
  });
});
