import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manifests, writeChart } from '../../chart/index.ts';
import type { Json } from '../../chart/json.ts';
import { yamlDocuments } from '../../chart/yaml-writer.ts';
import { pinnedCrds } from '../../scripts/import-crds.ts';
import { programs } from '../../scripts/programs.ts';
import { type Overrides, profiles } from '../../values/profiles.ts';
import { TestNamespace, testCluster } from '../support/cluster.ts';
import { helmBinaries, runHelm } from '../support/helm.ts';

const pods: Overrides['backend'] = {
  image: { registry: 'registry.example.com:5000/team', digest: `sha256:${'0a'.repeat(32)}` },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'todo', effect: 'NoSchedule' }],
  priorityClassName: 'high',
  podLabels: { team: 'todo' },
  podAnnotations: { 'example.com/note': 'yes' },
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/arch', operator: 'In', values: ['amd64'] }] }],
      },
    },
  },
};
const tier: Overrides['backend'] = {
  ...pods,
  service: { type: 'LoadBalancer', annotations: { 'example.com/internal': 'true' } },
  autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 4, targetMemoryUtilizationPercentage: 80 },
  resources: { requests: { cpu: 0.25, memory: '0.5Gi' }, limits: { cpu: 1, memory: 1073741824 } },
  podDisruptionBudget: { maxUnavailable: '50%' },
  strategy: { maxSurge: '25%', maxUnavailable: '25%' },
  serviceAccount: { name: 'somebody', annotations: { 'example.com/role': 'todo' } },
  extraEnv: [
    { name: 'LOG_LEVEL', value: 'debug', valueFrom: null },
    { name: 'NODE_NAME', value: null, valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
  ],
  extraEnvFrom: [{ configMapRef: { name: 'more', optional: true } }],
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'topology.kubernetes.io/zone',
      whenUnsatisfiable: 'DoNotSchedule',
      labelSelector: { matchLabels: { team: 'todo' } },
    },
  ],
};
const everything: Overrides = {
  backend: tier,
  frontend: { ...tier, cacheSizeLimit: '1Gi' },
  config: { data: { EXTRA: 'a: "b"\nc' } },
  database: { ...pods, storageClassName: 'fast', storage: '5Gi' },
  routing: {
    type: 'ingress',
    host: '*.example.com',
    className: 'nginx',
    annotations: { 'example.com/size': '8m' },
    tls: { enabled: true, secretName: 'wildcard' },
  },
  networkPolicy: { dnsPort: 5353, https: { cidrs: ['10.0.0.0/8', 'fd00::/8'] } },
  commonLabels: { 'example.com/team': 'todo' },
  imagePullSecrets: [{ name: 'registry' }],
};
const off = { enabled: false };
const bareTier: Overrides['backend'] = {
  replicaCount: 1,
  autoscaling: off,
  podDisruptionBudget: off,
  serviceAccount: { create: false },
  preStopSleepSeconds: null,
  podSecurityContext: { runAsUser: null, runAsGroup: null, fsGroup: null },
  service: { nodePort: null },
  topologySpreadConstraints: [],
};
const withoutPods: Overrides['backend'] = { replicaCount: 0, autoscaling: off };
const onePod: Overrides['backend'] = { replicaCount: 1, autoscaling: { enabled: true, maxReplicas: 1 } };

const cases: Record<string, Overrides> = {
  'the default profile': {},
  'the local profile': profiles.local,
  'the cluster profile': profiles.cluster,
  'every option that needs no CRD': everything,
  'as little as possible': { backend: bareTier, frontend: bareTier, networkPolicy: off, tests: off },
  'no pods': { backend: withoutPods, frontend: withoutPods },
  'autoscaling between one pod and one pod': { backend: onePod, frontend: onePod },
  'a database elsewhere in known networks': {
    ...profiles.cluster,
    networkPolicy: { externalDatabase: { port: 6432, cidrs: ['192.0.2.0/24', '2001:db8::/32'] } },
  },
};
const casesWithCrds: Record<string, Overrides> = {
  'an HTTPRoute, a ServiceMonitor and an ExternalSecret': {
    routing: {
      type: 'gateway',
      host: 'todo.example.com',
      parentRefs: [
        { name: 'public', namespace: 'gateways', sectionName: 'https' },
        { name: 'internal', namespace: null, sectionName: null },
      ],
    },
    monitoring: { serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } },
    secret: { externalSecret: { enabled: true, storeKind: 'SecretStore', remoteKey: 'prod/todo' } },
  },
};

let space: TestNamespace;
let directory: string;

beforeAll(async () => {
  // The API server warns where a pod does not meet the strictest of the Pod Security Standards.
  space = await TestNamespace.open('dry-run', { 'pod-security.kubernetes.io/warn': 'restricted' });
  directory = await mkdtemp(join(tmpdir(), 'dry-run-'));
  for (const program of programs) {
    const release = { name: program.name, namespace: space.name };
    await space.requireNodePorts(manifests(program, { release }));
    await writeChart(program, join(directory, program.name));
  }
});
afterAll(async () => {
  await space?.close();
  if (directory !== undefined) await rm(directory, { recursive: true });
});

describe('the API server takes', () => {
  test.each(casesOf(cases))('$preset with $name, as manifests and from both Helms', tryEverywhere);
});

describe('with the CRDs that imports/ is made from, the API server takes', () => {
  const added: string[] = [];

  beforeAll(async () => {
    const { kubectl } = await testCluster();
    for (const crd of await pinnedCrds(directory)) {
      const { metadata, spec } = JSON.parse(crd);
      const name = `customresourcedefinition/${metadata.name}`;
      if ((await kubectl(['get', name, '--ignore-not-found', '--output=name'])) !== '') continue;
      added.push(name);
      await kubectl(['apply', '--server-side', '--filename', '-'], { input: crd });
      // Conditions cannot be waited for before there are any; the names are accepted with the first ones.
      const accepted = `--for=jsonpath={.status.acceptedNames.kind}=${spec.names.kind}`;
      for (const wanted of [accepted, '--for=condition=Established'])
        await kubectl(['wait', wanted, name, '--timeout=180s']);
    }
  });
  afterAll(async () => {
    if (added.length > 0) await (await testCluster()).kubectl(['delete', ...added]);
  });

  test.each(casesOf(casesWithCrds))('$preset with $name, as manifests and from both Helms', tryEverywhere);
});

function casesOf(group: Record<string, Overrides>) {
  return programs.flatMap((program) =>
    Object.entries(group).map(([name, values]) => ({ preset: program.name, name, program, values })),
  );
}

async function tryEverywhere({ program, values }: ReturnType<typeof casesOf>[number]): Promise<void> {
  const release = { name: program.name, namespace: space.name };
  const objects = manifests(program, { values, release });

  expect(await apply(yamlDocuments(objects as unknown as Json[]))).toHaveLength(objects.length);

  for (const helm of await helmBinaries()) {
    const args = ['template', release.name, join(directory, program.name), '--namespace', space.name, '--values', '-'];
    const { stdout, stderr } = await runHelm(helm.path, args, { input: JSON.stringify(values) });
    expect(stderr).toBe('');
    expect((await apply(stdout)).length).toBeGreaterThanOrEqual(objects.length);
  }
}

/** @returns the names of the objects, none of which is refused or warned of */
async function apply(input: string): Promise<string[]> {
  const strict = ['--dry-run=server', '--validate=strict', '--warnings-as-errors'];
  const names = await space.kubectl(['apply', ...strict, '--output=name', '--filename', '-'], { input });
  return names.trim().split('\n');
}
