import { bracketed } from './layout.ts';

/** What stands in a place of a document. */
export type Want =
  | 'name'
  | 'text'
  | 'number'
  /** A number that is never 0. */
  | 'port'
  | 'leaf'
  | 'tree'
  | 'map'
  | 'text map'
  | 'text list'
  /** Text, or texts by key, that are never empty. */
  | 'filled text'
  | 'filled text map'
  /** A list of objects with these keys. */
  | { readonly listOf: Readonly<Record<string, Want>> };

/** A way to write an object of Kubernetes. */
export interface Flavour {
  /** The places that are filled; a question mark marks those that may be left out. */
  readonly parts: Readonly<Record<string, Want>>;
  text(id: string, parts: ReadonlyMap<string, string>): string;
}

const env = { listOf: { name: 'text', value: 'text' } } as const;
const labelled = { name: 'name', 'labels?': 'text map', 'annotations?': 'text map' } as const;

export const flavours: Readonly<Record<string, Flavour>> = {
  ConfigMap: {
    parts: { ...labelled, 'data?': 'map' },
    text: (id, parts) => apiObject(id, 'v1', 'ConfigMap', parts, [given('data', parts)]),
  },
  Widget: {
    parts: { ...labelled, spec: 'tree', 'status?': 'tree' },
    text: (id, parts) =>
      apiObject(id, 'example.com/v1', 'Widget', parts, [given('spec', parts), given('status', parts)]),
  },
  Deployment: {
    parts: {
      ...labelled,
      'replicas?': 'leaf',
      podLabels: 'text map',
      image: 'text',
      'env?': env,
      'args?': 'text list',
      'ports?': { listOf: { name: 'text', containerPort: 'number' } },
      'resources?': 'tree',
      'volumes?': { listOf: { name: 'text', emptyDir: 'map' } },
    },
    text: (id, parts) =>
      apiObject(id, 'apps/v1', 'Deployment', parts, [
        `spec: ${object([
          given('replicas', parts),
          'selector: { matchLabels: { app: "main" } }',
          `template: ${object([`metadata: ${object([`labels: ${parts.get('podLabels')}`])}`, `spec: ${podSpec(parts)}`])}`,
        ])}`,
      ]),
  },
  KubeDeployment: {
    parts: { ...labelled, 'replicas?': 'number', podLabels: 'text map', image: 'text', 'env?': env },
    text: (id, parts) =>
      `new k8s.KubeDeployment(chart, ${id}, ${object([
        metadata(parts),
        `spec: ${object([
          given('replicas', parts),
          'selector: { matchLabels: { app: "main" } }',
          `template: ${object([`metadata: ${object([`labels: ${parts.get('podLabels')}`])}`, `spec: ${podSpec(parts)}`])}`,
        ])}`,
      ])})`,
  },
  KubeService: {
    parts: { ...labelled, 'selector?': 'text map', 'type?': 'text', port: 'number' },
    text: (id, parts) =>
      `new k8s.KubeService(chart, ${id}, ${object([
        metadata(parts),
        `spec: ${object([
          given('selector', parts),
          given('type', parts),
          `ports: [{ port: ${parts.get('port')}, targetPort: k8s.IntOrString.fromNumber(${parts.get('port')}) }]`,
        ])}`,
      ])})`,
  },
  'plus ConfigMap': {
    parts: { ...labelled, 'data?': 'filled text map' },
    text: (id, parts) =>
      `new kplus.ConfigMap(chart, ${id}, ${object([metadata(parts), given('data', parts), 'immutable: true'])})`,
  },
  'plus Secret': {
    parts: { ...labelled, 'stringData?': 'filled text map' },
    text: (id, parts) => `new kplus.Secret(chart, ${id}, ${object([metadata(parts), given('stringData', parts)])})`,
  },
  'plus Deployment': {
    parts: {
      ...labelled,
      'replicas?': 'number',
      image: 'filled text',
      value: 'filled text',
      'args?': 'text list',
      'port?': 'port',
    },
    text: (id, parts) =>
      `new kplus.Deployment(chart, ${id}, ${object([
        metadata(parts),
        given('replicas', parts),
        `containers: [${object([
          `image: ${parts.get('image')}`,
          given('args', parts),
          parts.has('port') ? `portNumber: ${parts.get('port')}` : '',
          `envVariables: { VALUE: kplus.EnvValue.fromValue(${parts.get('value')}) }`,
        ])}]`,
      ])})`,
  },
  'plus Service': {
    parts: { ...labelled, port: 'port' },
    text: (id, parts) =>
      `new kplus.Service(chart, ${id}, ${object([metadata(parts), `ports: [{ port: ${parts.get('port')} }]`])})`,
  },
};

function apiObject(
  id: string,
  apiVersion: string,
  kind: string,
  parts: ReadonlyMap<string, string>,
  rest: readonly string[],
): string {
  const fields = [`apiVersion: '${apiVersion}'`, `kind: '${kind}'`, metadata(parts), ...rest];
  return `new ApiObject(chart, ${id}, ${object(fields)})`;
}

function podSpec(parts: ReadonlyMap<string, string>): string {
  const container = object([
    "name: 'main'",
    `image: ${parts.get('image')}`,
    ...['env', 'args', 'ports', 'resources'].map((name) => given(name, parts)),
  ]);
  return object([`containers: [${container}]`, given('volumes', parts)]);
}

function metadata(parts: ReadonlyMap<string, string>): string {
  return `metadata: ${object(['name', 'labels', 'annotations'].map((name) => given(name, parts)))}`;
}

function given(name: string, parts: ReadonlyMap<string, string>): string {
  return parts.has(name) ? `${name}: ${parts.get(name)}` : '';
}

function object(fields: readonly string[]): string {
  return bracketed(
    '{',
    '}',
    fields.filter((field) => field !== ''),
  );
}
