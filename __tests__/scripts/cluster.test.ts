import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Cluster, type KubernetesObject } from '../../scripts/cluster.ts';
import { ApiError, ClusterUnreachable, clusterFailure } from '../../scripts/cluster-failure.ts';
import { type Answer, ApiServer, json } from '../support/api-server.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const PODS = '/api/v1/namespaces/team/pods';
const before = process.env.KUBECONFIG;
let server: ApiServer | undefined;
let directory: TemporaryDirectory;

beforeEach(async () => {
  server = undefined;
  directory = await TemporaryDirectory.create();
});
afterEach(async () => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
  await server?.close();
  await directory.remove();
});

describe('a request', () => {
  test('carries the credentials of the kubeconfig and gives the object as it is', async () => {
    const cluster = await connected((request, response) =>
      json(response, { kind: 'Pod', authorization: request.headers.authorization, unknownField: 1 }),
    );

    expect(await cluster.get('/api/v1/x')).toEqual({ kind: 'Pod', authorization: 'Bearer a-token', unknownField: 1 });
    expect([cluster.context, cluster.user, cluster.defaultNamespace]).toEqual(['fake', 'ada', 'team']);
  });

  test('that is refused says what the server says', async () => {
    const cluster = await connected((_, response) =>
      json(
        response,
        { kind: 'Status', reason: 'Forbidden', message: 'pods is forbidden: User "ada" cannot list' },
        403,
      ),
    );

    const error = await cluster.get(PODS).catch((each: unknown) => each);

    expect(error).toMatchObject({ status: 403, reason: 'Forbidden' });
    expect(clusterFailure('list the pods', error).message).toBe(
      'no permission to list the pods: pods is forbidden: User "ada" cannot list',
    );
  });

  test('gives undefined for what is not there, if that may be', async () => {
    const cluster = await connected((_, response) => json(response, { reason: 'NotFound' }, 404));

    expect(await cluster.tryGet(PODS)).toBeUndefined();
    await expect(cluster.get(PODS)).rejects.toThrow(ApiError);
  });

  test('says where nothing listens', async () => {
    const cluster = await connected(() => undefined);
    await server!.close();
    const { url } = server!;
    server = undefined;

    await expect(cluster.get(PODS)).rejects.toThrow(
      `the API server of context 'fake' does not answer at ${url}: nothing listens there`,
    );
  });

  test('is sent again over a new connection when the server has closed the idle one', async () => {
    const used = new Set<unknown>();
    const cluster = await connected(({ socket }, response) => {
      if (used.has(socket)) socket.destroy();
      else json(response, { connections: used.add(socket).size });
    });
    await cluster.get(PODS);

    expect(await cluster.get(PODS)).toEqual({ connections: 2 });
  });

  test('is given up when no answer comes', async () => {
    const cluster = await connected(() => undefined, { timeout: 200 });

    await expect(cluster.get(PODS)).rejects.toThrow('no answer within 0.2 s');
  });

  test('is given up, too, when the server only says that it is at it', async () => {
    const cluster = await connected(
      (_, response) => {
        const working = setInterval(() => response.writeProcessing(), 50);
        setTimeout(() => {
          clearInterval(working);
          json(response, {});
        }, 2000);
      },
      { timeout: 200 },
    );

    await expect(cluster.get(PODS)).rejects.toThrow('no answer within 0.2 s');
  });

  test('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const cluster = await connected(() => controller.abort(new Error('told to end')), { signal: controller.signal });

    await expect(cluster.get(PODS)).rejects.toThrow('told to end');
  });

  test('is sent again once with fresh credentials when the old ones are not accepted', async () => {
    let count = 0;
    const cluster = await connected((_, response) =>
      // The first request of a cluster reads the credentials, so that only later ones can be out of date.
      json(response, { count: ++count }, count === 2 ? 401 : 200),
    );

    await cluster.get(PODS);

    expect(await cluster.get(PODS)).toEqual({ count: 3 });
  });
});

describe('a list', () => {
  test('is read to its last page, and its items know their kind', async () => {
    const cluster = await connected((request, response) => {
      const isFirst = !request.url!.includes('continue=');
      json(response, {
        apiVersion: 'v1',
        kind: 'PodList',
        metadata: { resourceVersion: '7', ...(isFirst ? { continue: 'next' } : {}) },
        items: [{ metadata: { name: isFirst ? 'a' : 'b' } }],
      });
    });

    expect(await cluster.list(PODS)).toEqual([
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' } },
      { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } },
    ]);
  });
});

describe('the path of an object', () => {
  test('comes from what the server knows, which is asked once', async () => {
    const cluster = await connected((_, response) =>
      json(response, {
        resources: [
          { name: 'deployments/status', kind: 'Deployment', namespaced: true },
          { name: 'deployments', kind: 'Deployment', namespaced: true },
        ],
      }),
    );
    const path = () => cluster.pathOf({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } }, 'team');

    expect([await path(), await path()]).toEqual(Array(2).fill('/apis/apps/v1/namespaces/team/deployments/web'));
    expect(server!.requests).toEqual(['GET /apis/apps/v1']);
  });

  test('of a kind that the server does not know is no path', async () => {
    const cluster = await connected((_, response) => json(response, { resources: [] }));

    await expect(
      cluster.pathOf({ apiVersion: 'v2', kind: 'Thing', metadata: { name: 'x' } }, 'team'),
    ).rejects.toMatchObject({ status: 404, message: "the server has no kind 'Thing' in 'v2'" });
  });
});

describe('following a list', () => {
  const SILENCE = Symbol('no answer');

  test('tells what is there, each change, and goes on where a watch ended', async () => {
    let watches = 0;
    const { told, requests } = await followed((request, response) => {
      if (!request.url!.includes('watch=true')) return list(response, '5', ['a']);
      watches++;
      if (watches === 1) return events(response, [event('ADDED', 'b', '6'), event('DELETED', 'a', '7')]);
      if (watches === 2) return events(response, [event('MODIFIED', 'b', '8'), event('BOOKMARK', '', '9')]);
      return SILENCE;
    });

    expect(told).toEqual(['list a', 'change b', 'delete a', 'change b']);
    expect(requests.filter((each) => each.includes('watch')).map(versionOf)).toEqual(['5', '7', '9']);
  });

  test('lists again when the server cannot go on from that version', async () => {
    let lists = 0;
    const { told } = await followed((request, response) => {
      if (!request.url!.includes('watch=true')) return list(response, '5', [`of list ${++lists}`]);
      if (lists === 1) return events(response, [{ type: 'ERROR', object: { code: 410 } }]);
      return SILENCE;
    });

    expect(told).toEqual(['list of list 1', 'list of list 2']);
  });

  test('goes on when the server is back, and says that it was away', async () => {
    let requests = 0;
    const { told } = await followed((request, response) => {
      requests++;
      // The second time over a new connection.
      if (requests === 2 || requests === 3) request.socket.destroy();
      else if (request.url!.includes('watch=true')) return SILENCE;
      else list(response, '5', ['a']);
    });

    expect(told).toEqual(['list a', 'away', 'list a']);
  });

  test('ends with what it may not see', async () => {
    const cluster = await connected((_, response) => json(response, { reason: 'Forbidden', message: 'no' }, 403));
    const handlers = { onList: () => undefined, onChange: () => undefined, onDelete: () => undefined };

    await expect(cluster.follow(PODS, {}, handlers, new AbortController().signal)).rejects.toMatchObject({
      status: 403,
    });
  });

  /** Follows until the server is silent. */
  async function followed(answer: (...given: Parameters<Answer>) => unknown) {
    const controller = new AbortController();
    const cluster = await connected((...given) => {
      if (answer(...given) === SILENCE) controller.abort();
    });
    const told: string[] = [];
    const tell = (text: string) => told.push(text);
    await cluster.follow<KubernetesObject>(
      PODS,
      {},
      {
        onList: (pods) => tell(`list ${pods.map(({ metadata }) => metadata.name).join(' ')}`),
        onChange: ({ metadata }) => tell(`change ${metadata.name}`),
        onDelete: ({ metadata }) => tell(`delete ${metadata.name}`),
        onAway: (error) => tell(error instanceof ClusterUnreachable ? 'away' : 'wrong'),
      },
      controller.signal,
    );
    return { told, requests: server!.requests };
  }
});

describe('connecting', () => {
  test('to a context that is not there names those that are', async () => {
    await connected(() => undefined);

    await expect(Cluster.connect({ context: 'prod' })).rejects.toThrow("'prod' is no context; expected one of fake");
  });

  test('without a kubeconfig says what to do', async () => {
    process.env.KUBECONFIG = `${directory.path}/none`;

    await expect(Cluster.connect()).rejects.toThrow(
      "no Kubernetes context is chosen; the kubeconfig has none: start Minikube, or run 'kubectl config use-context NAME'",
    );
  });

  test('with a kubeconfig that is none says so', async () => {
    process.env.KUBECONFIG = await directory.write('kubeconfig', 'contexts: [');

    await expect(Cluster.connect()).rejects.toThrow('unable to read the kubeconfig: ');
  });
});

async function connected(answer: Answer, options: { timeout?: number; signal?: AbortSignal } = {}): Promise<Cluster> {
  server = await ApiServer.start(directory.path, answer);
  process.env.KUBECONFIG = server.kubeconfig;
  return Cluster.connect(options);
}

function list(response: Parameters<Answer>[1], resourceVersion: string, names: readonly string[]): void {
  json(response, {
    apiVersion: 'v1',
    kind: 'PodList',
    metadata: { resourceVersion },
    items: names.map((name) => ({ metadata: { name } })),
  });
}

function event(type: string, name: string, resourceVersion: string) {
  return { type, object: { apiVersion: 'v1', kind: 'Pod', metadata: { name, resourceVersion } } };
}

/** In pieces, as the network may cut them. */
function events(response: Parameters<Answer>[1], all: readonly object[]): void {
  const text = all.map((each) => `${JSON.stringify(each)}\n`).join('');
  response.write(text.slice(0, 20));
  setTimeout(() => response.end(text.slice(20)), 20);
}

function versionOf(request: string): string | null {
  return new URL(request.replace('GET ', 'http://server')).searchParams.get('resourceVersion');
}
