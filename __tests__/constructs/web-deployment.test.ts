import { Testing } from 'cdk8s';
import { BACKEND } from '../../constructs/labels.ts';
import { WebDeployment, type WebDeploymentProps } from '../../constructs/web-deployment.ts';
import { testChart } from '../support/test-chart.ts';

function synth(options: Partial<WebDeploymentProps> = {}) {
  const chart = testChart();
  new WebDeployment(chart, 'deployment', {
    app: { instance: 'my-todo', version: '1.0.0' },
    component: BACKEND,
    image: { repository: 'todo-backend', tag: '1.0.0' },
    port: 8000,
    serviceAccountName: 'todo-backend',
    livenessProbe: { path: '/livez' },
    readinessProbe: { path: '/readyz' },
    startupProbe: { path: '/readyz' },
    env: [{ name: 'PORT', value: '8000' }],
    envFrom: [],
    directories: [{ name: 'tmp', path: '/tmp', sizeLimit: '64Mi' }],
    ...options,
  });
  return Testing.synth(chart)[0];
}

const pod = (options: Partial<WebDeploymentProps>) => synth(options).spec.template;
const container = (options: Partial<WebDeploymentProps>) => pod(options).spec.containers[0];

test('rolls out without a gap', () => {
  const { template: _, ...rollout } = synth().spec;

  expect(rollout).toMatchInlineSnapshot(`
    {
      "minReadySeconds": 3,
      "progressDeadlineSeconds": 120,
      "revisionHistoryLimit": 5,
      "selector": {
        "matchLabels": {
          "app.kubernetes.io/component": "backend",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-backend",
        },
      },
      "strategy": {
        "rollingUpdate": {
          "maxSurge": 1,
          "maxUnavailable": 0,
        },
        "type": "RollingUpdate",
      },
    }
  `);
});

test('has a container with three probes, a drain and no privileges', () => {
  expect(container({})).toMatchInlineSnapshot(`
    {
      "env": [
        {
          "name": "PORT",
          "value": "8000",
        },
      ],
      "envFrom": [],
      "image": "todo-backend:1.0.0",
      "imagePullPolicy": "IfNotPresent",
      "lifecycle": {
        "preStop": {
          "sleep": {
            "seconds": 5,
          },
        },
      },
      "livenessProbe": {
        "httpGet": {
          "path": "/livez",
          "port": "http",
        },
      },
      "name": "backend",
      "ports": [
        {
          "containerPort": 8000,
          "name": "http",
        },
      ],
      "readinessProbe": {
        "httpGet": {
          "path": "/readyz",
          "port": "http",
        },
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
        "httpGet": {
          "path": "/readyz",
          "port": "http",
        },
      },
      "volumeMounts": [
        {
          "mountPath": "/tmp",
          "name": "tmp",
        },
      ],
    }
  `);
});

test('has a pod without a token, spread over nodes and zones', () => {
  const { containers: _, affinity, topologySpreadConstraints, ...rest } = pod({}).spec;

  expect(rest).toMatchInlineSnapshot(`
    {
      "automountServiceAccountToken": false,
      "enableServiceLinks": false,
      "securityContext": {
        "fsGroup": 10001,
        "fsGroupChangePolicy": "OnRootMismatch",
        "runAsGroup": 10001,
        "runAsNonRoot": true,
        "runAsUser": 10001,
        "seccompProfile": {
          "type": "RuntimeDefault",
        },
      },
      "serviceAccountName": "todo-backend",
      "terminationGracePeriodSeconds": 45,
      "volumes": [
        {
          "emptyDir": {
            "sizeLimit": "64Mi",
          },
          "name": "tmp",
        },
      ],
    }
  `);
  expect(Object.keys(affinity)).toEqual(['podAntiAffinity']);
  expect(topologySpreadConstraints).toHaveLength(2);
});

test('selects by labels that no release changes', () => {
  expect(synth().spec.selector.matchLabels).toEqual({
    'app.kubernetes.io/name': 'todo-backend',
    'app.kubernetes.io/instance': 'my-todo',
    'app.kubernetes.io/component': 'backend',
  });
});

test('takes a number of pods', () => {
  expect(synth({ replicas: 0 }).spec.replicas).toBe(0);
});

test('takes the figures of the rollout', () => {
  const figures = { minReadySeconds: 1, progressDeadlineSeconds: 90, revisionHistoryLimit: 2 };
  const strategy = { maxSurge: '100%', maxUnavailable: 1 };

  const { spec } = synth({ ...figures, strategy });

  expect(spec).toMatchObject(figures);
  expect(spec.strategy.rollingUpdate).toEqual(strategy);
});

test('takes the times of the drain, and none', () => {
  expect(container({ preStopSleepSeconds: 10 }).lifecycle.preStop).toEqual({ sleep: { seconds: 10 } });
  expect(container({ preStopSleepSeconds: null })).not.toHaveProperty('lifecycle');
  expect(pod({ terminationGracePeriodSeconds: 60 }).spec.terminationGracePeriodSeconds).toBe(60);
});

test('takes an image by registry, digest and pull policy', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const image = {
    registry: 'registry.example.com',
    repository: 'todo',
    tag: '1',
    digest,
    pullPolicy: 'Always',
  } as const;

  expect(container({ image })).toMatchObject({
    image: `registry.example.com/todo@${digest}`,
    imagePullPolicy: 'Always',
  });
});

test('takes resources', () => {
  expect(container({ resources: { requests: { cpu: '50m' }, limits: { cpu: 1 } } }).resources).toEqual({
    requests: { cpu: '50m' },
    limits: { cpu: 1 },
  });
});

test('adds environment variables and their sources behind its own', () => {
  const own = { secretRef: { name: 'own' } };
  const extra = { configMapRef: { name: 'extra' } };

  const { env, envFrom } = container({ envFrom: [own], extraEnv: [{ name: 'A', value: 'a' }], extraEnvFrom: [extra] });

  expect(env).toEqual([
    { name: 'PORT', value: '8000' },
    { name: 'A', value: 'a' },
  ]);
  expect(envFrom).toEqual([own, extra]);
});

test('takes labels and annotations for its pods', () => {
  const { metadata } = pod({ podLabels: { team: 'blue' }, podAnnotations: { a: 'b' }, configHash: 'abc' });

  expect(metadata.labels).toMatchObject({ team: 'blue', 'app.kubernetes.io/version': '1.0.0' });
  expect(metadata.annotations).toEqual({ a: 'b', 'checksum/config': 'abc' });
  expect(pod({}).metadata).not.toHaveProperty('annotations');
});

test('takes a place to run, ids and credentials for the registry', () => {
  const affinity = { nodeAffinity: {} };

  expect(
    pod({
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ operator: 'Exists' }],
      affinity,
      topologySpreadConstraints: [{ topologyKey: 'zone' }],
      priorityClassName: 'high',
      podSecurityContext: { runAsUser: 20000 },
      imagePullSecrets: [{ name: 'registry' }],
    }).spec,
  ).toMatchObject({
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ operator: 'Exists' }],
    affinity,
    topologySpreadConstraints: [{ topologyKey: 'zone' }],
    priorityClassName: 'high',
    securityContext: { runAsUser: 20000 },
    imagePullSecrets: [{ name: 'registry' }],
  });
});
