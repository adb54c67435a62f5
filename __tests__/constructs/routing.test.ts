import { Testing } from 'cdk8s';
import {
  GatewayRoute,
  type GatewayRouteProps,
  IngressRoute,
  type IngressRouteProps,
} from '../../constructs/routing.ts';
import { testChart } from '../support/test-chart.ts';

const ROUTE = { app: { instance: 'my-todo' }, host: 'todo.example.com', servicePort: 3000 };

function ingress(options: Partial<IngressRouteProps> = {}) {
  const chart = testChart();
  new IngressRoute(chart, 'ingress', { ...ROUTE, ...options });
  return Testing.synth(chart)[0];
}

function gateway(options: Partial<GatewayRouteProps> = {}) {
  const chart = testChart();
  new GatewayRoute(chart, 'http-route', { ...ROUTE, parentRefs: [{ name: 'public' }], ...options });
  return Testing.synth(chart)[0];
}

test('an Ingress leads everything of the host to the frontend', () => {
  expect(ingress()).toMatchInlineSnapshot(`
    {
      "apiVersion": "networking.k8s.io/v1",
      "kind": "Ingress",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "routing",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo",
          "app.kubernetes.io/part-of": "todo",
        },
        "name": "todo",
      },
      "spec": {
        "rules": [
          {
            "host": "todo.example.com",
            "http": {
              "paths": [
                {
                  "backend": {
                    "service": {
                      "name": "todo-frontend",
                      "port": {
                        "number": 3000,
                      },
                    },
                  },
                  "path": "/",
                  "pathType": "Prefix",
                },
              ],
            },
          },
        ],
      },
    }
  `);
});

test('an Ingress takes a class, annotations and another Service', () => {
  const { metadata, spec } = ingress({ className: 'traefik', annotations: { a: 'b' }, serviceName: 'web' });

  expect(metadata.annotations).toEqual({ a: 'b' });
  expect(spec.ingressClassName).toBe('traefik');
  expect(spec.rules[0].http.paths[0].backend.service).toEqual({ name: 'web', port: { number: 3000 } });
});

test('an Ingress ends TLS with the certificate of a Secret', () => {
  expect(ingress({ tls: { secretName: 'todo-tls' } }).spec.tls).toEqual([
    { hosts: ['todo.example.com'], secretName: 'todo-tls' },
  ]);
  expect(ingress({ tls: { enabled: false, secretName: 'todo-tls' } }).spec).not.toHaveProperty('tls');
});

test('an HTTPRoute leads everything of the host to the frontend', () => {
  expect(gateway()).toMatchInlineSnapshot(`
    {
      "apiVersion": "gateway.networking.k8s.io/v1",
      "kind": "HTTPRoute",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "routing",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo",
          "app.kubernetes.io/part-of": "todo",
        },
        "name": "todo",
      },
      "spec": {
        "hostnames": [
          "todo.example.com",
        ],
        "parentRefs": [
          {
            "name": "public",
          },
        ],
        "rules": [
          {
            "backendRefs": [
              {
                "name": "todo-frontend",
                "port": 3000,
              },
            ],
            "matches": [
              {
                "path": {
                  "type": "PathPrefix",
                  "value": "/",
                },
              },
            ],
          },
        ],
      },
    }
  `);
});

test('an HTTPRoute takes a listener in another namespace, annotations and another Service', () => {
  const parentRefs = [{ name: 'public', namespace: 'gateways', sectionName: 'https' }];

  const { metadata, spec } = gateway({ parentRefs, annotations: { a: 'b' }, serviceName: 'web' });

  expect(metadata.annotations).toEqual({ a: 'b' });
  expect(spec.parentRefs).toEqual(parentRefs);
  expect(spec.rules[0].backendRefs).toEqual([{ name: 'web', port: 3000 }]);
});
