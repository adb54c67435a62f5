import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AccessOptions, findAddress, healthPath } from '../../../scripts/apply/access.ts';
import { Interrupted } from '../../../scripts/process.ts';
import { withPath } from '../../support/fake-docker.ts';
import { TemporaryDirectory } from '../../support/temporary-directory.ts';

const BACKEND = { service: { name: 'todo-frontend', port: { number: 3000 } } };
const MINIKUBE = { profile: 'minikube', tryIp: async () => undefined };

let directory: TemporaryDirectory;
let server: Server;
let port: number;
/** What the application answers, by path. */
let answers: Record<string, { status?: number; type?: string; location?: string }>;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
  answers = { '/': { type: 'text/html; charset=utf-8' }, '/api/health': {} };
  server = createServer((request, response) => {
    const { status = 200, type = 'application/json', location } = answers[request.url!] ?? { status: 404 };
    response.writeHead(status, { 'content-type': type, ...(location === undefined ? {} : { location }) }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await directory.remove();
});

describe('an address is good', () => {
  test('when page and backend answer', async () => {
    expect(await verdict()).toEqual({ isGood: true, answer: 'page and backend answer' });
  });

  test('when the page is where a redirect leads', async () => {
    answers['/'] = { status: 307, location: '/log-in' };
    answers['/log-in'] = { type: 'text/html' };

    expect((await verdict()).isGood).toBe(true);
  });

  test('when the backend’s health is at a path of its own', async () => {
    answers = { '/': { type: 'text/html' }, '/api/ready': {} };

    expect((await verdict({ healthPath: '/api/ready' })).isGood).toBe(true);
  });

  test.each([
    ['the page says 503', { '/': { status: 503 } }],
    ["the page is no HTML, but 'text/plain'", { '/': { type: 'text/plain' } }],
    [
      'the page answers, but /api/health through it says 502',
      { '/': { type: 'text/html' }, '/api/health': { status: 502 } },
    ],
    ['the page says 302', { '/': { status: 302, location: '/' } }],
  ])('and not when %s', async (answer, given) => {
    answers = given;

    expect(await verdict()).toEqual({ isGood: false, answer });
  });

  test('and not when nothing listens there, or nobody answers', async () => {
    server.removeAllListeners('request');
    expect(await verdict({ timeout: 3000 })).toEqual({ isGood: false, answer: 'no answer in time' });

    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    server = createServer();
    expect(await verdict()).toEqual({ isGood: false, answer: 'nothing listens there' });
  });

  /** What is said of a load balancer at the server. */
  async function verdict(options: Partial<AccessOptions> = {}) {
    const { tried } = await find(loadBalancer('127.0.0.1'), options);
    const { isGood, answer } = tried.find(({ way }) => way === 'load balancer')!;
    return { isGood, answer: answer.replace(/in [\d.]+ s$/, 'in time') };
  }
});

describe('addresses', () => {
  test('are those of an Ingress, with TLS where it has it for the host', async () => {
    const spec = {
      tls: [{ hosts: ['todo.invalid'] }],
      rules: [
        { host: 'todo.invalid', http: { paths: [{ path: '/', backend: BACKEND }] } },
        { host: 'plain.invalid', http: { paths: [{ path: '/', backend: BACKEND }] } },
        { host: '*.invalid', http: { paths: [{ path: '/', backend: BACKEND }] } },
        { host: 'other.invalid', http: { paths: [{ path: '/', backend: { service: { name: 'other' } } }] } },
      ],
    };
    const { tried } = await find({ ...clusterIp(), ingresses: [{ spec }] });

    expect(summary(tried)).toEqual([
      'ingress https://todo.invalid/: DNS',
      'ingress http://plain.invalid/: DNS',
      'ingress http://*.invalid/: it stands for many hosts',
      'port-forward : nothing',
    ]);
  });

  test('are those of an HTTPRoute, by the listener of its Gateway', async () => {
    const listeners = [
      { name: 'http', protocol: 'HTTP', port: 80 },
      { name: 'https', protocol: 'HTTPS', port: 8443 },
    ];
    const rules = [{ backendRefs: [{ name: 'todo-frontend', port: 3000 }] }];
    const parentRefs = [
      { name: 'public', namespace: 'gateways' },
      { name: 'public', namespace: 'gateways', sectionName: 'http' },
      { name: 'absent' },
    ];
    const { tried } = await find({
      ...clusterIp(),
      httproutes: [{ spec: { hostnames: ['todo.invalid'], parentRefs, rules } }],
      gateways: { 'gateways/public': { spec: { listeners } } },
    });

    expect(summary(tried)).toEqual([
      'gateway https://todo.invalid:8443/: DNS',
      'gateway http://todo.invalid/: DNS',
      "gateway http://todo.invalid/: there is no Gateway 'absent'",
      'port-forward : nothing',
    ]);
  });

  test('whose host DNS does not know are told with what is behind them', async () => {
    const ingress = {
      spec: { rules: [{ host: 'todo.invalid', http: { paths: [{ path: '/', backend: BACKEND }] } }] },
      status: { loadBalancer: { ingress: [{ ip: '127.0.0.1' }] } },
    };

    const { tried } = await find({ ...clusterIp(), ingresses: [ingress] });

    expect(tried[0]).toMatchObject({ isGood: false, answer: expect.stringMatching(/^DNS does not (know|answer)/) });
  });

  test('of nodes are tried for a node port, with 127.0.0.1 where the cluster is on this machine', async () => {
    const node = {
      status: {
        addresses: [
          { type: 'ExternalIP', address: '127.0.0.3' },
          { type: 'Hostname', address: 'node' },
          { type: 'InternalIP', address: '127.0.0.2' },
          { type: 'InternalIP', address: '::1' },
        ],
      },
    };
    const urls = async (at: string) =>
      (await find({ service: service('NodePort', port), nodes: [node], server: at })).tried.map(({ url }) => url);

    expect(await urls('https://127.0.0.1:6443')).toEqual([
      `http://127.0.0.1:${port}/`,
      `http://127.0.0.2:${port}/`,
      `http://[::1]:${port}/`,
      `http://127.0.0.3:${port}/`,
    ]);
    expect((await urls('https://192.0.2.1:6443')).slice(0, 1)).toEqual([`http://127.0.0.2:${port}/`]);
  });

  test("is Minikube's own where those of its nodes do not answer; it is not asked before", async () => {
    let asked = 0;
    const minikube = {
      profile: 'minikube',
      async tryIp() {
        asked++;
        return '127.0.0.1';
      },
    };
    const at = (address: string) => ({ status: { addresses: [{ type: 'InternalIP', address }] } });
    const objects = (address: string): Objects => ({
      service: service('NodePort', port),
      nodes: [at(address)],
      server: 'https://192.0.2.1',
    });

    expect((await find(objects('127.0.0.1'), { minikube })).address).toBeDefined();
    expect(asked).toBe(0);

    expect((await find(objects('127.0.0.9'), { minikube })).address?.url).toBe(`http://127.0.0.1:${port}/`);
    expect(asked).toBe(1);
  });

  test('of a load balancer may not be there yet', async () => {
    const { tried } = await find(loadBalancer(), { settling: 0 });

    expect(tried[0]).toMatchObject({ way: 'load balancer', answer: 'it has no address yet', isGood: false });
  });

  test('that take a moment to come up are tried again', async () => {
    answers['/'] = { status: 503 };
    setTimeout(() => {
      answers['/'] = { type: 'text/html' };
    }, 700);

    const { address, command } = await find(loadBalancer('127.0.0.1'), { settling: 20_000 });

    expect(address).toMatchObject({ url: `http://127.0.0.1:${port}/` });
    expect(command).toBeUndefined();
  });
});

describe('tunnels', () => {
  /** As with the docker driver on macOS: it stays, with a program of its own. */
  const stays = () => `echo http://127.0.0.1:${port}; echo "! keep the terminal open" >&2; exec sleep 60`;
  /** As with the docker driver on Linux. */
  const returns = () => `echo http://127.0.0.1:${port}`;
  const forwards = () => `echo "Forwarding from 127.0.0.1:${port} -> 3000"; exec sleep 60`;

  test("Minikube's address is the release's where it needs no tunnel", async () => {
    const { address, command, isTunnel } = await findWith({ minikube: returns() });

    expect(address).toEqual({
      way: 'minikube service',
      url: `http://127.0.0.1:${port}/`,
      stays: 'release',
      isGood: true,
      answer: 'page and backend answer',
    });
    expect({ command, isTunnel }).toEqual({ command: undefined, isTunnel: false });
  });

  test("Minikube's tunnel is tried, told and ended", async () => {
    const access = await findWith({ minikube: stays() });

    expect(access.address).toBeUndefined();
    expect(access.command).toBe('minikube --profile minikube service todo-frontend --namespace test --url');
    expect(access.isTunnel).toBe(false);
    expect(await pids()).toEqual([]);
  });

  test("Minikube's tunnel stays where it is wanted, until it is closed", async () => {
    const access = await findWith({ minikube: stays() }, { open: true });

    expect(access.address).toMatchObject({ url: `http://127.0.0.1:${port}/`, stays: 'command' });
    expect(await pids()).toHaveLength(1);
    await access.close();
    expect(await pids()).toEqual([]);
  });

  test('a port-forward is next, where Minikube has none', async () => {
    const access = await findWith({
      minikube: 'echo "X Exiting due to SVC_UNREACHABLE" >&2; exit 115',
      kubectl: forwards(),
    });

    expect(summary(access.tried)).toEqual([
      expect.stringMatching(/^node port /),
      'minikube service : X Exiting due to SVC_UNREACHABLE',
      `port-forward http://127.0.0.1:${port}/: page and backend answer`,
    ]);
    expect(access.command).toMatch(
      /^kubectl --context 'my context' --namespace test port-forward service\/todo-frontend \d+:3000$/,
    );
  });

  test('one that opens nothing is given up in time for the next one', async () => {
    const { tried } = await findWith({ minikube: 'exec sleep 60', kubectl: forwards() }, { timeout: 40_000 });

    expect(summary(tried).slice(1)).toEqual([
      'minikube service : it opens nothing in time',
      `port-forward http://127.0.0.1:${port}/: page and backend answer`,
    ]);
    expect(await pids()).toEqual([]);
  });

  test('Ctrl-C ends them', async () => {
    const controller = new AbortController();
    const finding = findWith({ minikube: 'exec sleep 60' }, { signal: controller.signal });
    finding.catch(() => undefined);
    while ((await pids()).length === 0) await sleep(20);

    controller.abort(new Interrupted('SIGINT'));

    await expect(finding).rejects.toThrow('interrupted');
    expect(await pids()).toEqual([]);
  });

  test('one that ignores Ctrl-C is ended all the same', async () => {
    const script = `trap '' INT; echo http://127.0.0.1:${port}; sleep 600 & echo $! > ${directory.path}/own; while true; do sleep 0.1; done`;

    await findWith({ minikube: script });

    expect(await pids()).toEqual([]);
    // It is not waited for, although it holds the program's output.
    process.kill(Number(await readFile(`${directory.path}/own`, 'utf8')), 'SIGKILL');
  });

  /** With programs on PATH that write down their process ids. */
  async function findWith(scripts: Record<string, string>, options: Partial<AccessOptions> = {}) {
    for (const [name, script] of Object.entries(scripts))
      await directory.write(name, `#!/bin/sh\necho $$ >> ${directory.path}/pids\n${script}\n`, 0o755);
    return withPath(`${directory.path}${delimiter}${process.env.PATH}`, () =>
      find({ service: service('NodePort', 1), nodes: [] }, { minikube: MINIKUBE, ...options }),
    );
  }

  /** Those of the programs that still run. */
  async function pids(): Promise<number[]> {
    const text = await readFile(`${directory.path}/pids`, 'utf8').catch(() => '');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map(Number)
      .filter((pid) => {
        try {
          process.kill(pid, 0);
          return true;
        } catch {
          return false;
        }
      });
  }
});

test.each([
  ['/api/health', '/api/health'],
  ['/api/ready', '/api/ready'],
  ['/health', '/api/health'],
])('of a readiness probe at %s, the frontend passes on %s', (path, expected) => {
  expect(healthPath({ backend: { readinessProbe: { path } } } as Parameters<typeof healthPath>[0])).toBe(expected);
});

interface Objects {
  readonly service: object;
  readonly nodes?: readonly object[];
  readonly ingresses?: readonly object[];
  readonly httproutes?: readonly object[];
  readonly gateways?: Readonly<Record<string, object>>;
  readonly server?: string;
}

function find(
  { service, gateways = {}, server = 'https://127.0.0.1:6443', ...lists }: Objects,
  options: Partial<AccessOptions> = {},
) {
  const cluster = {
    context: 'my context',
    server,
    async tryGet<T>(path: string) {
      const [, gateway = ''] = /namespaces\/([^/]+\/gateways\/[^/]+)$/.exec(path) ?? [];
      return (path.includes('/services/') ? service : gateways[gateway.replace('/gateways', '')]) as T | undefined;
    },
    async list<T>(path: string) {
      return (lists[path.split('/').at(-1) as keyof typeof lists] ?? []) as T[];
    },
  };
  return findAddress({ cluster, namespace: 'test', timeout: 60_000, settling: 600, ...options });
}

function service(type: string, nodePort?: number) {
  return { spec: { type, ports: [{ port: 3000, nodePort }] } };
}

function clusterIp(): Objects {
  return { service: service('ClusterIP') };
}

function loadBalancer(...ips: readonly string[]): Objects {
  const ingress = ips.map((ip) => ({ ip }));
  return { service: { spec: { type: 'LoadBalancer', ports: [{ port }] }, status: { loadBalancer: { ingress } } } };
}

/** What the tools of this machine say is not of interest. */
function summary(tried: readonly { way: string; url: string; answer: string }[]): string[] {
  return tried.map(({ way, url, answer }) =>
    `${way} ${url}: ${answer}`
      .replace(/DNS does not .*/, 'DNS')
      .replace(/^port-forward : .*/, 'port-forward : nothing'),
  );
}
