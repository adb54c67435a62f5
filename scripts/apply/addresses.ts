import { networkInterfaces } from 'node:os';
import { FRONTEND } from '../../constructs/labels.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';

/** How a browser may get to the application. */
export type Way = 'ingress' | 'gateway' | 'node port' | 'load balancer' | 'minikube service' | 'port-forward';

/** An address that may lead to the application. */
export interface Candidate {
  readonly way: Way;
  readonly url: string;
  /** Where it leads when DNS does not know its host. */
  readonly address?: string | undefined;
  /** Why it cannot be tried. */
  readonly obstacle?: string | undefined;
}

/** The Service in front of the frontend, as the cluster has it. */
export interface ServiceObject extends KubernetesObject {
  readonly spec: {
    readonly type: string;
    readonly ports: readonly { readonly port: number; readonly nodePort?: number }[];
  };
  readonly status?: Balanced;
}

interface Balanced {
  readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] };
}

export type AddressSource = Pick<Cluster, 'tryGet' | 'list' | 'server'>;

/** Every address that objects in the cluster tell of, the best first. */
export async function candidates(
  cluster: AddressSource,
  namespace: string,
  service: ServiceObject,
  minikubeIp: string | undefined,
): Promise<Candidate[]> {
  const parts = await Promise.all([
    ofIngresses(cluster, namespace),
    ofHttpRoutes(cluster, namespace),
    ofNodePort(cluster, service, minikubeIp),
  ]);
  return [...parts.flat(), ...ofLoadBalancer(service)];
}

async function ofIngresses(cluster: AddressSource, namespace: string): Promise<Candidate[]> {
  const all = await listed<Ingress>(cluster, `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses`);
  return all.flatMap(({ spec, status }) => {
    const rules = (spec.rules ?? []).filter(({ http }) =>
      http?.paths.some(({ backend }) => backend.service?.name === FRONTEND.name),
    );
    return rules.map(({ host = '' }) => {
      const isSecure = (spec.tls ?? []).some(({ hosts = [] }) => hosts.includes(host));
      return routed('ingress', `${isSecure ? 'https' : 'http'}://${host}/`, host, addressesOf(status)[0]);
    });
  });
}

async function ofHttpRoutes(cluster: AddressSource, namespace: string): Promise<Candidate[]> {
  const api = '/apis/gateway.networking.k8s.io/v1/namespaces';
  const all = await listed<HttpRoute>(cluster, `${api}/${namespace}/httproutes`);
  const routes = all.filter(({ spec }) =>
    spec.rules?.some(({ backendRefs = [] }) => backendRefs.some(({ name }) => name === FRONTEND.name)),
  );
  const found = routes.flatMap(({ spec }) =>
    (spec.parentRefs ?? []).map(async ({ name, namespace: elsewhere, sectionName }) => {
      const gateway = await allowed(cluster.tryGet<Gateway>(`${api}/${elsewhere ?? namespace}/gateways/${name}`));
      const listeners = (gateway?.spec.listeners ?? []).filter((each) => (sectionName ?? each.name) === each.name);
      const listener = listeners.find(({ protocol }) => protocol === 'HTTPS') ?? listeners[0];
      const scheme = listener?.protocol === 'HTTPS' ? 'https' : 'http';
      const port = listener === undefined || [80, 443].includes(listener.port) ? '' : `:${listener.port}`;
      return (spec.hostnames ?? []).map((host) => ({
        ...routed('gateway', `${scheme}://${host}${port}/`, host, gateway?.status?.addresses?.[0]?.value),
        ...(gateway === undefined ? { obstacle: `there is no Gateway '${name}'` } : {}),
      }));
    }),
  );
  return (await Promise.all(found)).flat();
}

function routed(way: Way, url: string, host: string, address: string | undefined): Candidate {
  const obstacle = host === '' || host.includes('*') ? 'it stands for many hosts' : undefined;
  return { way, url, address, ...(obstacle === undefined ? {} : { obstacle }) };
}

async function ofNodePort(cluster: AddressSource, { spec }: ServiceObject, minikubeIp: string | undefined) {
  const { nodePort } = spec.ports[0] ?? {};
  if (spec.type !== 'NodePort' || nodePort === undefined) return [];
  const nodes = await listed<Node>(cluster, '/api/v1/nodes');
  const ofNodes = ['InternalIP', 'ExternalIP'].flatMap((wanted) =>
    nodes.flatMap(({ status }) => (status.addresses ?? []).filter(({ type }) => type === wanted)),
  );
  const hosts = [
    ...(minikubeIp === undefined ? [] : [minikubeIp]),
    ...(isOnThisMachine(cluster.server) ? ['127.0.0.1'] : []),
    ...ofNodes.map(({ address }) => address),
  ];
  // A few are enough: each of them leads to the same pods.
  const few = [...new Set(hosts)].slice(0, 6);
  return few.map((host): Candidate => ({ way: 'node port', url: `http://${bracketed(host)}:${nodePort}/` }));
}

/** Elsewhere, what answers on 127.0.0.1 is something else. */
function isOnThisMachine(server: string): boolean {
  const host = new URL(server).hostname.replace(/^\[|\]$/g, '');
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  return ['localhost', 'kubernetes.docker.internal', '::1', ...own].includes(host) || host.startsWith('127.');
}

function ofLoadBalancer({ spec, status }: ServiceObject): Candidate[] {
  if (spec.type !== 'LoadBalancer') return [];
  const port = spec.ports[0]?.port ?? 80;
  const hosts = addressesOf(status);
  if (hosts.length === 0)
    return [{ way: 'load balancer', url: `http://<pending>:${port}/`, obstacle: 'it has no address yet' }];
  return hosts.map((host) => ({
    way: 'load balancer',
    url: `http://${bracketed(host)}${port === 80 ? '' : `:${port}`}/`,
  }));
}

function addressesOf(status: Balanced | undefined): string[] {
  return (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip ?? hostname ?? []);
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** Nothing where the server does not know the kind, or one may not see it. */
async function listed<T>(cluster: AddressSource, path: string): Promise<T[]> {
  return (await allowed(cluster.list<T>(path))) ?? [];
}

async function allowed<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

interface Ingress {
  readonly spec: {
    readonly tls?: readonly { readonly hosts?: readonly string[] }[];
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths: readonly { readonly backend: { readonly service?: { readonly name: string } } }[];
      };
    }[];
  };
  readonly status?: Balanced;
}

interface HttpRoute {
  readonly spec: {
    readonly hostnames?: readonly string[];
    readonly parentRefs?: readonly {
      readonly name: string;
      readonly namespace?: string;
      readonly sectionName?: string;
    }[];
    readonly rules?: readonly { readonly backendRefs?: readonly { readonly name: string }[] }[];
  };
}

interface Gateway {
  readonly spec: {
    readonly listeners?: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
  };
  readonly status?: { readonly addresses?: readonly { readonly value: string }[] };
}

interface Node {
  readonly status: { readonly addresses?: readonly { readonly type: string; readonly address: string }[] };
}
