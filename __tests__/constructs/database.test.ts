import { Testing } from 'cdk8s';
import { Database, type DatabaseProps } from '../../constructs/database.ts';
import { SecretRef } from '../../constructs/secret-ref.ts';
import { testChart } from '../support/test-chart.ts';

function synth(options: Partial<DatabaseProps> = {}) {
  const chart = testChart();
  const secret = new SecretRef(chart, 'secret', { name: 'credentials' });
  new Database(chart, 'database', { app: { instance: 'my-todo', version: '1.0.0' }, secret, ...options });
  return Testing.synth(chart);
}

const statefulSet = (options?: Partial<DatabaseProps>) => synth(options).find(({ kind }) => kind === 'StatefulSet');
const pod = (options?: Partial<DatabaseProps>) => statefulSet(options).spec.template;
const container = (options?: Partial<DatabaseProps>) => pod(options).spec.containers[0];

test('is a StatefulSet behind a Service, with an identity and a disruption budget', () => {
  expect(synth().map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
    'Service todo-db',
    'Service todo-db-pods',
    'StatefulSet todo-db',
    'ServiceAccount todo-db',
    'PodDisruptionBudget todo-db',
  ]);
});

test('keeps its volume when it is deleted', () => {
  const { template: _, ...spec } = statefulSet().spec;

  expect(spec).toMatchInlineSnapshot(`
    {
      "persistentVolumeClaimRetentionPolicy": {
        "whenDeleted": "Retain",
        "whenScaled": "Retain",
      },
      "replicas": 1,
      "selector": {
        "matchLabels": {
          "app.kubernetes.io/component": "database",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-db",
        },
      },
      "serviceName": "todo-db-pods",
      "updateStrategy": {
        "type": "RollingUpdate",
      },
      "volumeClaimTemplates": [
        {
          "metadata": {
            "labels": {
              "app.kubernetes.io/component": "database",
              "app.kubernetes.io/instance": "my-todo",
              "app.kubernetes.io/name": "todo-db",
            },
            "name": "data",
          },
          "spec": {
            "accessModes": [
              "ReadWriteOnce",
            ],
            "resources": {
              "requests": {
                "storage": "1Gi",
              },
            },
          },
        },
      ],
    }
  `);
});

test('runs Postgres without privileges', () => {
  expect(container()).toMatchInlineSnapshot(`
    {
      "env": [
        {
          "name": "POSTGRES_DB",
          "value": "todo",
        },
        {
          "name": "POSTGRES_USER",
          "value": "todo",
        },
        {
          "name": "POSTGRES_PASSWORD",
          "valueFrom": {
            "secretKeyRef": {
              "key": "POSTGRES_PASSWORD",
              "name": "credentials",
            },
          },
        },
        {
          "name": "PGDATA",
          "value": "/var/lib/postgresql/data/pgdata",
        },
      ],
      "image": "postgres:17",
      "imagePullPolicy": "IfNotPresent",
      "livenessProbe": {
        "exec": {
          "command": [
            "sh",
            "-c",
            ""$@"; test $? -lt 2",
            "sh",
            "pg_isready",
            "--quiet",
            "--host",
            "127.0.0.1",
            "--username",
            "todo",
            "--dbname",
            "todo",
          ],
        },
        "failureThreshold": 6,
        "periodSeconds": 10,
        "timeoutSeconds": 5,
      },
      "name": "postgres",
      "ports": [
        {
          "containerPort": 5432,
          "name": "postgres",
        },
      ],
      "readinessProbe": {
        "exec": {
          "command": [
            "pg_isready",
            "--quiet",
            "--host",
            "127.0.0.1",
            "--username",
            "todo",
            "--dbname",
            "todo",
          ],
        },
        "failureThreshold": 2,
        "periodSeconds": 5,
        "timeoutSeconds": 3,
      },
      "resources": {
        "limits": {
          "cpu": "500m",
          "ephemeral-storage": "512Mi",
          "memory": "512Mi",
        },
        "requests": {
          "cpu": "100m",
          "ephemeral-storage": "64Mi",
          "memory": "128Mi",
        },
      },
      "securityContext": {
        "allowPrivilegeEscalation": false,
        "capabilities": {
          "drop": [
            "ALL",
          ],
        },
        "privileged": false,
        "readOnlyRootFilesystem": true,
        "runAsNonRoot": true,
      },
      "startupProbe": {
        "exec": {
          "command": [
            "pg_isready",
            "--quiet",
            "--host",
            "127.0.0.1",
            "--username",
            "todo",
            "--dbname",
            "todo",
          ],
        },
        "failureThreshold": 120,
        "periodSeconds": 1,
        "timeoutSeconds": 3,
      },
      "volumeMounts": [
        {
          "mountPath": "/var/lib/postgresql/data",
          "name": "data",
        },
        {
          "mountPath": "/tmp",
          "name": "tmp",
        },
        {
          "mountPath": "/var/run/postgresql",
          "name": "run",
        },
      ],
    }
  `);
});

test('is reached at port 5432, and gives its pod a name', () => {
  const [service, pods] = synth();

  expect(service.spec).toMatchObject({ type: 'ClusterIP', ports: [{ port: 5432, targetPort: 'postgres' }] });
  expect(pods.spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
});

test('takes an image, names and resources', () => {
  const { image, imagePullPolicy, env, resources } = container({
    image: { registry: 'registry.example.com', repository: 'postgres', tag: '17.2', pullPolicy: 'Always' },
    name: 'tasks',
    user: 'owner',
    resources: { requests: { memory: '1Gi' } },
  });

  expect(image).toBe('registry.example.com/postgres:17.2');
  expect(imagePullPolicy).toBe('Always');
  expect(env.slice(0, 2)).toEqual([
    { name: 'POSTGRES_DB', value: 'tasks' },
    { name: 'POSTGRES_USER', value: 'owner' },
  ]);
  expect(resources).toEqual({ requests: { memory: '1Gi' }, limits: {} });
});

test('takes a volume of another size and class', () => {
  expect(statefulSet({ storage: '20Gi', storageClassName: 'fast' }).spec.volumeClaimTemplates[0].spec).toEqual({
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '20Gi' } },
    storageClassName: 'fast',
  });
});

test('takes labels, annotations and a place to run', () => {
  const { metadata, spec } = pod({
    podLabels: { team: 'blue' },
    podAnnotations: { a: 'b' },
    nodeSelector: { disk: 'ssd' },
    affinity: { nodeAffinity: {} },
    podSecurityContext: { fsGroup: 20000 },
    terminationGracePeriodSeconds: 120,
    imagePullSecrets: [{ name: 'registry' }],
  });

  expect(metadata.labels.team).toBe('blue');
  expect(metadata.annotations).toEqual({ a: 'b' });
  expect(spec).toMatchObject({
    nodeSelector: { disk: 'ssd' },
    affinity: { nodeAffinity: {} },
    securityContext: { fsGroup: 20000 },
    terminationGracePeriodSeconds: 120,
    imagePullSecrets: [{ name: 'registry' }],
  });
});

test('does without a disruption budget and an identity of its own', () => {
  const options = { podDisruptionBudget: { enabled: false }, serviceAccount: { create: false } };

  expect(synth(options).map(({ kind }) => kind)).toEqual(['Service', 'Service', 'StatefulSet']);
  expect(pod(options).spec.serviceAccountName).toBe('default');
});
