import { Testing } from 'cdk8s';
import { BACKEND } from '../../constructs/labels.ts';
import { type ServiceOptions, WebService } from '../../constructs/web-service.ts';
import { testChart } from '../support/test-chart.ts';

function synth(options: ServiceOptions = {}) {
  const chart = testChart();
  new WebService(chart, 'service', { app: { instance: 'my-todo' }, component: BACKEND, ...options, port: 8000 });
  return Testing.synth(chart)[0];
}

test('is a ClusterIP Service in front of the port named http', () => {
  expect(synth()).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "kind": "Service",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "backend",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-backend",
          "app.kubernetes.io/part-of": "todo",
        },
        "name": "todo-backend",
      },
      "spec": {
        "ports": [
          {
            "name": "http",
            "port": 8000,
            "targetPort": "http",
          },
        ],
        "selector": {
          "app.kubernetes.io/component": "backend",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-backend",
        },
        "type": "ClusterIP",
      },
    }
  `);
});

test('gives a NodePort Service its node port', () => {
  const { spec } = synth({ type: 'NodePort', nodePort: 30860 });

  expect(spec.type).toBe('NodePort');
  expect(spec.ports[0].nodePort).toBe(30860);
});

test.each(['ClusterIP', 'LoadBalancer'] as const)('gives a %s Service no node port', (type) => {
  const { spec } = synth({ type, nodePort: 30860 });

  expect(spec.type).toBe(type);
  expect(spec.ports[0]).not.toHaveProperty('nodePort');
});

test('leaves the node port to the cluster where it is null', () => {
  expect(synth({ type: 'NodePort', nodePort: null }).spec.ports[0]).not.toHaveProperty('nodePort');
});

test('takes annotations', () => {
  expect(synth({ annotations: { scheme: 'internal' } }).metadata.annotations).toEqual({ scheme: 'internal' });
});
