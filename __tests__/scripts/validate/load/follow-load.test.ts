import { ApiError, ClusterUnreachable } from '../../../../scripts/cluster-failure.ts';
import { followLoad } from '../../../../scripts/validate/load/follow-load.ts';

const PATH = '/api/v1/namespaces/a/pods/load';
const SECOND = '2026-11-21T10:00:00';
const RUNNING = { status: { phase: 'Running' } };
const AWAY = new ClusterUnreachable('minikube', 'https://x', new Error('away'));

/** What the API gives, one after the other. */
interface Answers {
  /** Lines, after which the connection ends; or that it cannot be made. */
  readonly logs: readonly (readonly string[] | Error)[];
  /** The last one stays. @default - a pod that runs */
  readonly pods?: readonly (object | undefined)[];
}

test('goes on after the last line when the connection breaks, and tells none twice', async () => {
  const { told, queries } = await follow({
    logs: [[line(0), line(1)], AWAY, new ApiError(500, '', 'the kubelet is away'), [line(1), line(2), line(3, 'end')]],
  });

  expect(told).toEqual([0, 1, 2, 3]);
  expect(queries.map(({ sinceTime }) => sinceTime)).toEqual([undefined, ...Array(3).fill(`${SECOND}Z`)]);
});

test('reads what was printed between the break and the end of the pod', async () => {
  const { told } = await follow({
    logs: [[line(0)], [line(1), line(2, 'end')]],
    pods: [{ status: { phase: 'Failed' } }],
  });

  expect(told).toEqual([0, 1, 2]);
});

test('a connection that is silent for too long is made anew', async () => {
  let calls = 0;
  const cluster = {
    tryGet: async () => RUNNING as never,
    lines: async (_path: string, _query: unknown, onLine: (line: string) => void, signal?: AbortSignal) => {
      onLine(line(calls, calls === 1 ? 'end' : 'bucket'));
      if (calls++ === 0)
        await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    },
  };

  await followLoad({ cluster, path: PATH, onLine: () => undefined, silence: 50, signal: new AbortController().signal });

  expect(calls).toBe(2);
});

test('lines that are missing are said, not left out', async () => {
  await expect(follow({ logs: [[line(0), line(3)]] })).rejects.toThrow("lines 1 to 2 of the load's log are lost");
});

test.each([
  [
    { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' },
    "the load's pod has ended early (Evicted: The node was low on resource: memory.)",
  ],
  [
    { phase: 'Failed', containerStatuses: [{ state: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }] },
    "the load's pod has ended early with exit code 137 (OOMKilled)",
  ],
])('a pod that ends too early is an error with its reason: %j', async (status, message) => {
  const following = follow({
    logs: [[line(0), `${SECOND}.5Z Error: out`], [`${SECOND}.5Z Error: out`]],
    pods: [{ status }],
  });

  await expect(following).rejects.toMatchObject({ message, details: ['Error: out'] });
});

test('a pod that is deleted is an error', async () => {
  const gone = new ApiError(404, 'NotFound', 'no such pod');

  await expect(follow({ logs: [[line(0)], gone], pods: [undefined] })).rejects.toThrow(
    "the load's pod was deleted while it was at work",
  );
});

test('what the user may not see is an error', async () => {
  const following = follow({ logs: [new ApiError(403, 'Forbidden', 'pods/log is forbidden')] });

  await expect(following).rejects.toThrow('no permission to follow the log of the load: pods/log is forbidden');
});

test('ends with the reason of its signal', async () => {
  const controller = new AbortController();
  const reason = new Error('interrupted');

  const following = follow({ logs: Array(9).fill([]) }, controller.signal);
  controller.abort(reason);

  await expect(following).rejects.toBe(reason);
});

async function follow({ logs, pods = [RUNNING] }: Answers, signal = new AbortController().signal) {
  const told: number[] = [];
  const queries: Record<string, unknown>[] = [];
  let asked = 0;
  const cluster = {
    tryGet: async () => pods[Math.min(asked++, pods.length - 1)] as never,
    lines: async (_path: string, query: Record<string, unknown>, onLine: (line: string) => void) => {
      queries.push(query);
      const answer = logs[queries.length - 1]!;
      if (answer instanceof Error) throw answer;
      for (const each of answer) onLine(each);
    },
  };
  const onLine = ({ number }: { number: number }) => told.push(number);
  await followLoad({ cluster, path: PATH, onLine, silence: 10_000, signal });
  return { told, queries };
}

function line(number: number, type = 'bucket'): string {
  return `${SECOND}.${number}Z ${JSON.stringify({ number, now: 0, type })}`;
}
