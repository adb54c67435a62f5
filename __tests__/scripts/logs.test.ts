import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../../scripts/cluster.ts';
import { compareTimes, inOrder, type LogLine, parseLogLine } from '../../scripts/logs/log-line.ts';
import { LogOutput } from '../../scripts/logs/log-output.ts';
import { type LogSource, logSources, type PodObject, silentContainers } from '../../scripts/logs/log-source.ts';
import { followLogs } from '../../scripts/logs/read-logs.ts';
import { ApiServer, json } from '../support/api-server.ts';
import { runScript } from '../support/run-script.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const SOURCE: LogSource = {
  key: '1/backend/0',
  pod: 'todo-backend-69c5d6654c-5pnbw',
  container: 'backend',
  component: 'backend',
  prefix: 'backend-5pnbw',
  previous: false,
};
const LABELS = { 'app.kubernetes.io/component': 'backend', 'pod-template-hash': '69c5d6654c' };
const RUNNING = { name: 'backend', restartCount: 0, state: { running: {} } };
const FAILED = { terminated: { exitCode: 1 } };

describe('a line', () => {
  test.each([
    ['2026-11-21T10:00:00.5Z it starts', '2026-11-21T10:00:00.5Z', 'it starts'],
    ['2026-11-21T10:00:00Z   indented', '2026-11-21T10:00:00Z', '  indented'],
    ['2026-11-21T10:00:00.123456789Z ', '2026-11-21T10:00:00.123456789Z', ''],
    ['unable to retrieve container logs', '', 'unable to retrieve container logs'],
  ])('%j is split into time and text', (line, time, text) => {
    expect(parseLogLine(SOURCE, line)).toEqual({ source: SOURCE, time, text });
  });

  test('is put in order by its time, which may lack zeros, and stays where it was among equals', () => {
    const times = ['10:00:01Z', '10:00:00.5Z', '10:00:00.49Z', '10:00:00.5Z', '10:00:00Z', '10:00:00.500000001Z'];
    const lines = times.map((time, i): LogLine => ({ source: SOURCE, time: `2026-11-21T${time}`, text: `${i}` }));

    expect(inOrder(lines).map(({ text }) => text)).toEqual(['4', '2', '1', '3', '5', '0']);
    expect(compareTimes('2026-11-21T10:00:00.5Z', '2026-11-21T10:00:00.50Z')).toBe(0);
  });
});

describe('the logs of a pod', () => {
  test.each([
    ['of a container that runs', [RUNNING], false, ['backend/0']],
    ['of one that has ended', [{ ...RUNNING, state: FAILED }], false, ['backend/0']],
    ['and none of one that waits', [{ ...RUNNING, state: { waiting: {} } }], false, []],
    ['of the run before', [{ ...RUNNING, restartCount: 2, lastState: FAILED }], true, ['backend/1 before']],
    [
      'of the run that has just failed',
      [{ ...RUNNING, restartCount: 2, state: FAILED, lastState: FAILED }],
      true,
      ['backend/2'],
    ],
    ['and none of a run before where there was none', [RUNNING], true, []],
    [
      'and none of a run before that has ended well',
      [{ ...RUNNING, state: { terminated: { exitCode: 0 } } }],
      true,
      [],
    ],
  ])('are those %s', (_, containerStatuses, previous, expected) => {
    const sources = logSources(pod({ containerStatuses }), previous);

    expect(sources.map(({ key, previous }) => key.replace('uid/', '') + (previous ? ' before' : ''))).toEqual(expected);
  });

  test.each([
    [LABELS, 'todo-backend-69c5d6654c-5pnbw', 'backend-5pnbw'],
    [
      { 'app.kubernetes.io/component': 'database', 'statefulset.kubernetes.io/pod-name': 'todo-db-0' },
      'todo-db-0',
      'database-0',
    ],
    [{ 'app.kubernetes.io/component': 'test' }, 'todo-backend-test', 'todo-backend-test'],
    [{}, 'somebody', 'somebody'],
  ])('with labels %j of %s begin with %s', (labels, name, prefix) => {
    expect(logSources(pod({ containerStatuses: [RUNNING] }, { labels, name }), false)[0]!.prefix).toBe(prefix);
  });

  test('begin with the container, too, where there are several', () => {
    const containerStatuses = [RUNNING, { ...RUNNING, name: 'sidecar' }];

    expect(logSources(pod({ containerStatuses }), false).map(({ prefix }) => prefix)).toEqual([
      'backend-5pnbw/backend',
      'backend-5pnbw/sidecar',
    ]);
  });

  test('that are not there have a reason', () => {
    const waiting = { ...RUNNING, state: { waiting: { reason: 'ImagePullBackOff' } } };
    expect(silentContainers(pod({ containerStatuses: [waiting] }))).toEqual([
      { prefix: 'backend-5pnbw', reason: 'ImagePullBackOff' },
    ]);
    expect(silentContainers(pod({}))).toEqual([{ prefix: 'backend-5pnbw', reason: 'no node has taken the pod yet' }]);
    expect(silentContainers(pod({ containerStatuses: [RUNNING] }))).toEqual([]);
  });
});

describe('the output', () => {
  const LINE: LogLine = { source: SOURCE, time: '2026-11-21T10:00:00Z', text: 'it starts' };

  test('has the prefixes in one column', () => {
    const printed: string[] = [];
    const output = new LogOutput(false, (text) => printed.push(text));
    output.expect(['frontend-5pnbw']);

    output.write(LINE);

    expect(printed).toEqual(['backend-5pnbw   it starts\n']);
    expect(output.count).toBe(1);
  });

  test('has nothing that a terminal obeys, but for colours and tabs', () => {
    const printed: string[] = [];

    new LogOutput(false, (text) => printed.push(text)).write({
      ...LINE,
      text: '\u001b[31mred\u001b[0m\ta\rb\u001b[2Jc\u0007[1md\u009be',
    });

    expect(printed).toEqual(['backend-5pnbw  \u001b[31mred\u001b[0m\tab[2Jc[1mde\n']);
  });

  test('for machines is one JSON object in a line', () => {
    const printed: string[] = [];

    new LogOutput(true, (text) => printed.push(text)).write({ ...LINE, text: 'a\u001b[2J"' });

    expect(printed).toHaveLength(1);
    expect(JSON.parse(printed[0]!)).toEqual({
      time: '2026-11-21T10:00:00Z',
      pod: 'todo-backend-69c5d6654c-5pnbw',
      container: 'backend',
      component: 'backend',
      text: 'a\u001b[2J"',
    });
  });
});

test('following goes on where the connection broke, without a line twice', async () => {
  const directory = await TemporaryDirectory.create();
  const asked: string[] = [];
  const server = await ApiServer.start(directory.path, (request, response) => {
    const url = new URL(request.url!, 'http://server');
    if (!url.pathname.endsWith('/log')) {
      if (url.searchParams.has('watch')) response.writeHead(200).flushHeaders();
      else
        json(response, {
          kind: 'PodList',
          apiVersion: 'v1',
          metadata: { resourceVersion: '1' },
          items: [pod({ containerStatuses: [RUNNING] })],
        });
      return;
    }
    asked.push(url.search);
    response.writeHead(200);
    response.write('2026-11-21T10:00:00.1Z one\n2026-11-21T10:00:00.25Z two\n');
    if (asked.length === 1) setTimeout(() => response.destroy(), 100);
    else response.write('2026-11-21T10:00:00.3Z three\n');
  });
  const before = process.env.KUBECONFIG;
  process.env.KUBECONFIG = server.kubeconfig;
  try {
    const cluster = await Cluster.connect({});
    const controller = new AbortController();
    const told: string[] = [];
    const following = followLogs(
      { cluster, namespace: 'test', release: 'todo', signal: controller.signal },
      ({ text }) => told.push(text),
    );
    while (!told.includes('three')) await sleep(20);
    controller.abort();
    await following;

    expect(told).toEqual(['one', 'two', 'three']);
    expect(asked).toEqual([
      '?follow=true&container=backend&timestamps=true',
      '?sinceTime=2026-11-21T10%3A00%3A00Z&follow=true&container=backend&timestamps=true',
    ]);
  } finally {
    process.env.KUBECONFIG = before;
    await server.close();
    await directory.remove();
  }
});

describe('the command line', () => {
  test.each([
    [['--since', '5'], "--since is '5'; expected a time such as 30s, 5m or 1h30m"],
    [['--since', '0s'], "--since is '0s'; expected a time such as 30s, 5m or 1h30m"],
    [['--component', 'db'], "--component is 'db'; expected one of backend, frontend, database"],
    [['--previous', '--follow'], '--previous and --follow exclude each other: what has ended does not go on'],
    [['--folow'], "Unknown option '--folow'; see npm run logs -- --help"],
  ])('%j is wrong usage', async (args, message) => {
    expect(await runScript('logs', args)).toEqual({ stdout: '', stderr: message, exitCode: 2 });
  });
});

function pod(status: PodObject['status'], metadata: Partial<PodObject['metadata']> = {}): PodObject {
  const own = { name: SOURCE.pod, uid: 'uid', labels: LABELS };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...own, ...metadata }, status };
}
