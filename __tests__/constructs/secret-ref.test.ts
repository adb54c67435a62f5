import { Testing } from 'cdk8s';
import { SecretRef } from '../../constructs/secret-ref.ts';
import { testChart } from '../support/test-chart.ts';

const app = { instance: 'my-todo' };

test('is a name and nothing in the cluster', () => {
  const chart = testChart();

  const secret = new SecretRef(chart, 'secret', { name: 'credentials' });

  expect(secret.envFrom).toEqual({ secretRef: { name: 'credentials' } });
  expect(secret.key('POSTGRES_PASSWORD')).toEqual({ secretKeyRef: { name: 'credentials', key: 'POSTGRES_PASSWORD' } });
  expect(Testing.synth(chart)).toEqual([]);
});

test('can be filled from a store', () => {
  const chart = testChart();

  new SecretRef(chart, 'secret', {
    name: 'credentials',
    externalSecret: { app, storeName: 'vault', remoteKey: 'todo' },
  });

  expect(Testing.synth(chart)[0]).toMatchInlineSnapshot(`
    {
      "apiVersion": "external-secrets.io/v1",
      "kind": "ExternalSecret",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "secret",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-secret",
          "app.kubernetes.io/part-of": "todo",
        },
        "name": "credentials",
      },
      "spec": {
        "dataFrom": [
          {
            "extract": {
              "key": "todo",
            },
          },
        ],
        "refreshInterval": "1h",
        "secretStoreRef": {
          "kind": "ClusterSecretStore",
          "name": "vault",
        },
        "target": {
          "creationPolicy": "Owner",
          "name": "credentials",
        },
      },
    }
  `);
});

test('takes the kind of the store and how often it is read', () => {
  const chart = testChart();
  const store = { storeName: 'vault', storeKind: 'SecretStore', remoteKey: 'todo', refreshInterval: '5m' } as const;

  const { externalSecret } = new SecretRef(chart, 'secret', { name: 'credentials', externalSecret: { app, ...store } });

  expect(externalSecret?.toJson().spec).toMatchObject({
    refreshInterval: '5m',
    secretStoreRef: { name: 'vault', kind: 'SecretStore' },
  });
});
