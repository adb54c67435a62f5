import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BACKEND, DATABASE } from '../../constructs/labels.ts';
import { parseDatabaseUrl } from '../apply/database-url.ts';
import { Cluster, type KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import type { Container, Deployment, Pod, Probe, Service } from '../diagnosis/objects.ts';
import { pathOfList } from '../diagnosis/resources.ts';
import type { GateRecord } from './gate-record.ts';
import type { LiveRelease } from './live-release.ts';
import { LOAD_LABELS, type NetworkPolicy } from './load/load-objects.ts';

/** Where the relay is told to open and close. */
const CONTROL = 18080;
const COPY = 'todo-infra/copy';
/** Seconds for each turn, beyond what the probe needs. */
const TURN = 30;
const STARTS_WITHIN = 90;

/**
 * Passes connections on to the database until it is told not to. It looks names up at the DNS server itself, because in
 * its pod the database's name leads back to it.
 */
const RELAY = `
import net from 'node:net';
import http from 'node:http';
import dns from 'node:dns/promises';
const { host, port, control } = JSON.parse(process.env.RELAY);
const target = net.isIP(host) ? host : (await dns.resolve4(host).catch(() => dns.resolve6(host)))[0];
const sockets = new Set();
const relay = net.createServer((from) => {
  const to = net.connect(port, target);
  for (const socket of [from, to]) {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => { sockets.delete(socket); from.destroy(); to.destroy(); });
  }
  from.pipe(to).pipe(from);
});
const open = () => new Promise((resolve) => relay.listen(port, '127.0.0.1', resolve));
const close = () => new Promise((resolve) => { relay.close(resolve); for (const socket of sockets) socket.destroy(); });
await open();
http.createServer(async (request, response) => {
  await (request.url === '/close' ? close() : open());
  response.end('done');
}).listen(control);
process.on('SIGTERM', () => process.exit(0));
`;

/**
 * Proves that a backend without its database takes no requests, is not restarted for it, and comes back. No pod of the
 * release is touched: a copy of one runs behind a relay, outside of every Service, and the relay closes and opens.
 *
 * @returns what was seen, in a few words
 */
export async function readinessTurns(release: LiveRelease, record: GateRecord, signal: AbortSignal): Promise<string> {
  const { namespace } = release;
  // Without the signal, so that what was begun is also ended.
  const cluster = await Cluster.connect({ context: release.cluster.context });
  const name = `todo-copy-${randomBytes(4).toString('hex')}`;
  const path = `${pathOfList('pods', namespace)}/${name}`;
  const copy = await copyOfBackend(release, name);
  try {
    signal.throwIfAborted();
    const pod = await cluster.post(pathOfList('pods', namespace), copy.pod);
    await openWays(cluster, release, pod);
    const until = (isReady: boolean, seconds: number) => turned(cluster, path, isReady, seconds, signal);
    const tell = (what: 'close' | 'open') => cluster.text(`${path}:${CONTROL}/proxy/${what}`);
    await until(true, STARTS_WITHIN);
    await tell('close');
    const away = await until(false, copy.probeSeconds + TURN);
    record.figure({
      name: 'database away until not ready',
      value: away.seconds,
      unit: 's',
      limit: copy.probeSeconds + TURN,
    });
    // As long as a liveness probe that asks for the database would need to end it.
    await sleep(copy.livenessSeconds * 1000, undefined, { signal });
    await tell('open');
    const back = await until(true, copy.probeSeconds + TURN);
    record.figure({
      name: 'database back until ready',
      value: back.seconds,
      unit: 's',
      limit: copy.probeSeconds + TURN,
    });
    record.require(back.restarts === 0, `without its database the backend was restarted ${back.restarts} times`);
    return `readiness off in ${away.seconds.toFixed(1)} s, on in ${back.seconds.toFixed(1)} s`;
  } finally {
    await remove(cluster, path);
  }
}

/** Where it was not made, it need not go. */
async function remove(cluster: Cluster, path: string): Promise<void> {
  try {
    await cluster.delete(path, { gracePeriodSeconds: 0 });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

async function turned(cluster: Cluster, path: string, isReady: boolean, within: number, signal: AbortSignal) {
  const started = performance.now();
  while (true) {
    const { status } = await cluster.get<Pod>(path);
    const backend = status.containerStatuses?.find(({ name }) => name === BACKEND.component);
    const seconds = (performance.now() - started) / 1000;
    if (backend?.ready === isReady) return { seconds, restarts: backend.restartCount };
    if (seconds > within) {
      const { reason = '', message = '' } = backend?.state.waiting ?? {};
      const why = reason === '' ? '' : `: ${reason} ${message}`;
      throw new CommandError(
        isReady
          ? `a backend with its database is not ready after ${Math.round(within)} s${why}`
          : `a backend without its database is still ready after ${Math.round(within)} s: its readiness probe does not ask for it`,
      );
    }
    await sleep(200, undefined, { signal });
  }
}

async function copyOfBackend(release: LiveRelease, name: string) {
  const { cluster, namespace } = release;
  const deployment = await cluster.get<Deployment>(`${pathOfList('deployments', namespace)}/${BACKEND.name}`);
  const { spec } = deployment.spec.template;
  const backend = spec.containers.find((container) => container.name === BACKEND.component);
  const [frontend] = await release.pods('frontend');
  if (backend === undefined || frontend === undefined)
    throw new CommandError(`there is no container '${BACKEND.component}', or no frontend, to make a copy with`);
  const { host, port } = await databaseOf(release, backend);
  const [readinessProbe, livenessProbe] = [backend.readinessProbe, backend.livenessProbe].map(often);
  const { affinity: _, topologySpreadConstraints: __, ...rest } = spec as typeof spec & Record<string, unknown>;
  const { lifecycle: ___, ...container } = backend as Container & { lifecycle?: unknown };
  const relay = {
    name: 'relay',
    image: frontend.spec.containers.find((each) => each.name === 'frontend')!.image,
    imagePullPolicy: 'IfNotPresent',
    command: ['node'],
    args: ['--input-type=module', '--eval', RELAY],
    env: [{ name: 'RELAY', value: JSON.stringify({ host: await addressOf(release, host), port, control: CONTROL }) }],
    resources: { requests: { cpu: '10m', memory: '32Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
  };
  return {
    probeSeconds: secondsOf(readinessProbe),
    livenessSeconds: livenessProbe === undefined ? 0 : secondsOf(livenessProbe) + 1,
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { ...LOAD_LABELS, [COPY]: name } },
      spec: {
        ...rest,
        containers: [{ ...container, readinessProbe, livenessProbe }, relay],
        hostAliases: [{ ip: '127.0.0.1', hostnames: [host] }],
        activeDeadlineSeconds: 300,
        terminationGracePeriodSeconds: 1,
      },
    },
  };
}

/** The same probe each second: what is proved is what it asks, and not how often. */
function often(probe: Probe | undefined): Probe | undefined {
  return probe === undefined ? undefined : { ...probe, periodSeconds: 1, initialDelaySeconds: 0 };
}

/** For how long a probe has to fail until something comes of it. */
function secondsOf({ failureThreshold = 3, timeoutSeconds = 1 }: Probe = {}): number {
  return (1 + timeoutSeconds) * failureThreshold;
}

/** Where the backend finds its database. The rest of its URL is secret, and stays where it is. */
async function databaseOf(release: LiveRelease, backend: Container): Promise<{ host: string; port: number }> {
  const text = await databaseUrlOf(release, backend);
  if (text === undefined) throw new CommandError('the backend has no DATABASE_URL from a Secret');
  const url = parseDatabaseUrl(text);
  if (url === undefined) throw new CommandError("the backend's DATABASE_URL is no URL of a database");
  if (/^[\d.]+$|:/.test(url.host))
    throw new CommandError(`DATABASE_URL names the address ${url.host}; a host's name is needed to take it away`);
  return url;
}

async function databaseUrlOf(
  { cluster, namespace }: LiveRelease,
  { env = [], envFrom = [] }: Container,
): Promise<string | undefined> {
  const reference = env.find(({ name }) => name === 'DATABASE_URL')?.valueFrom?.secretKeyRef;
  // The last one counts.
  const places = [
    ...(reference === undefined ? [] : [reference]),
    ...envFrom
      .flatMap(({ secretRef }) => (secretRef === undefined ? [] : [{ ...secretRef, key: 'DATABASE_URL' }]))
      .reverse(),
  ];
  for (const { name, key } of places) {
    const secret = await cluster.tryGet<Secret>(`/api/v1/namespaces/${namespace}/secrets/${name}`);
    const value = secret?.data?.[key];
    if (value !== undefined) return Buffer.from(value, 'base64').toString();
  }
  return undefined;
}

/** A name that only the cluster knows, as the address behind it. */
async function addressOf({ cluster, namespace }: LiveRelease, host: string): Promise<string> {
  const [service = '', space = namespace, kind = 'svc'] = host.split('.');
  if (kind !== 'svc') return host;
  const found = await cluster.tryGet<Service>(`${pathOfList('services', space)}/${service}`);
  return found?.spec.clusterIP ?? host;
}

/**
 * Where policies are enforced, the chart's database takes connections from its backend alone: the copy is let in, too. Each
 * way names the pods of a policy that is there already, so that none is closed by it, and goes with the copy.
 */
async function openWays(cluster: Cluster, release: LiveRelease, copy: KubernetesObject): Promise<void> {
  const [database] = await release.pods(DATABASE.component);
  if (database === undefined) return;
  const path = `/apis/networking.k8s.io/v1/namespaces/${release.namespace}/networkpolicies`;
  const { name, uid } = copy.metadata;
  const from = [{ podSelector: { matchLabels: { [COPY]: name } } }];
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name, uid }];
  const closed = (await cluster.list<NetworkPolicy>(path)).filter((policy) => closes(policy, database));
  for (const [i, { spec }] of closed.entries())
    await cluster.post(path, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: `${name}-${i}`, labels: LOAD_LABELS, ownerReferences },
      spec: { podSelector: spec.podSelector, policyTypes: ['Ingress'], ingress: [{ from }] },
    });
}

/** Whether a policy says who may connect to a pod. Where its types are not named, that is meant. */
function closes({ spec }: NetworkPolicy, { metadata }: Pod): boolean {
  const { podSelector, policyTypes = ['Ingress'] } = spec;
  const labels = Object.entries(podSelector.matchLabels ?? {});
  return policyTypes.includes('Ingress') && labels.every(([key, value]) => metadata.labels?.[key] === value);
}

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}
