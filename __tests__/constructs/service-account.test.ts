import { Testing } from 'cdk8s';
import { BACKEND } from '../../constructs/labels.ts';
import { ServiceAccount, type ServiceAccountOptions, serviceAccountName } from '../../constructs/service-account.ts';
import { testChart } from '../support/test-chart.ts';

function synth(options: ServiceAccountOptions = {}) {
  const chart = testChart();
  new ServiceAccount(chart, 'service-account', { app: { instance: 'my-todo' }, component: BACKEND, ...options });
  return Testing.synth(chart)[0];
}

test('mounts no token', () => {
  expect(synth()).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "automountServiceAccountToken": false,
      "kind": "ServiceAccount",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "backend",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-backend",
          "app.kubernetes.io/part-of": "todo",
        },
        "name": "todo-backend",
      },
    }
  `);
});

test('takes a name and annotations', () => {
  expect(synth({ name: 'mine', annotations: { role: 'x' } }).metadata).toMatchObject({
    name: 'mine',
    annotations: { role: 'x' },
  });
});

test.each([
  [{}, 'todo-backend'],
  [{ name: 'mine' }, 'mine'],
  [{ create: false }, 'default'],
  [{ create: false, name: 'theirs' }, 'theirs'],
])('pods with the options %j run as %s', (options, name) => {
  expect(serviceAccountName(options, BACKEND)).toBe(name);
});
