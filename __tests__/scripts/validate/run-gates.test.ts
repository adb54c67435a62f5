import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../../../scripts/cluster-failure.ts';
import { CommandError } from '../../../scripts/command-error.ts';
import { Interrupted } from '../../../scripts/process.ts';
import { chosenGates } from '../../../scripts/validate/chosen-gates.ts';
import type { Gate, GateWork } from '../../../scripts/validate/gate.ts';
import { GATES } from '../../../scripts/validate/gates.ts';
import type { LiveRelease } from '../../../scripts/validate/live-release.ts';
import { runGates } from '../../../scripts/validate/run-gates.ts';

describe('the gates', () => {
  test('are ten, each with its number', () => {
    expect(GATES.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(GATES.map(({ name }) => name)).size).toBe(10);
  });

  test.each([
    ['1', [1]],
    ['5-8', [5, 6, 7, 8]],
    ['10,1,2-3', [1, 2, 3, 10]],
    [' 1 , 2', [1, 2]],
  ])('of --gate %s are %j', (list, numbers) => {
    expect(chosenGates(GATES, list).map(({ number }) => number)).toEqual(numbers);
  });

  test.each(['', '0', '11', '5-3', '1-', 'build', '1,,2', '1.5', '-1'])("are refused for --gate '%s'", (list) => {
    const refusal = () => chosenGates(GATES, list);

    expect(refusal).toThrow(`--gate is '${list}'; expected numbers from 1 to 10, such as 1,5-8`);
    expect(refusal).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe('a gate', () => {
  test('passes with what it has measured', async () => {
    const [report] = await run([
      gate(async ({ record }) => {
        record.figure({ name: 'back', value: 1.26, unit: 's', limit: 2 });
        record.evidence('it was there');
        return 'back in 1.3 s';
      }),
    ]);

    expect(report).toMatchObject({
      status: 'passed',
      measured: 'back in 1.3 s',
      evidence: ['it was there'],
      figures: [{ name: 'back', value: 1.3, unit: 's', limit: 2 }],
    });
  });

  test('fails for a figure above its limit, and goes on', async () => {
    const [report] = await run([
      gate(async ({ record }) => {
        record.figure({ name: 'back', value: 2.1, unit: 's', limit: 2 });
        record.require(false, 'pod a is not ready', 'Ready: False');
        record.require(true, 'pod b is not ready');
        return 'back';
      }),
    ]);

    expect(report).toMatchObject({
      status: 'failed',
      measured: 'back: 2.1 s, expected at most 2 s (and 1 more)',
      evidence: ['back: 2.1 s, expected at most 2 s', 'pod a is not ready', '> Ready: False'],
    });
  });

  test.each([
    ['it lacks something', new CommandError('no helm', { details: ['install it'] }), ['no helm', '> install it']],
    ['the cluster refuses', new ApiError(500, '', 'etcd is full'), ['unable to run the gate: etcd is full']],
  ])('that cannot run because %s has failed, and the next one runs', async (_, error, evidence) => {
    const reports = await run([gate(() => Promise.reject(error)), gate(async () => 'fine')]);

    expect(reports.map(({ status }) => status)).toEqual(['failed', 'passed']);
    expect(reports[0]!.evidence).toEqual(evidence);
  });

  test('that meets a bug is no failed gate', async () => {
    const done: string[] = [];
    const release = { restore: async () => done.push('release') };
    const wrong = gate(async ({ defer }) => {
      defer(async () => void done.push('deferred'));
      throw new TypeError('undefined');
    });

    await expect(run([wrong], { release })).rejects.toThrow(TypeError);

    expect(done).toEqual(['release', 'deferred']);
  });

  test('leaves the release as it was, then takes away what it has made, the last thing first', async () => {
    const done: string[] = [];
    const release = { restore: async () => done.push('release') };
    const untidy = gate(async ({ defer }) => {
      defer(async () => void done.push('first'));
      defer(async () => void done.push('second'));
      throw new CommandError('broken');
    });

    await run([untidy], { release });

    expect(done).toEqual(['release', 'second', 'first']);
  });

  test('says that it brings back what it has changed', async () => {
    const told: (string | undefined)[] = [];

    await run([gate(async () => 'fine')], { release: { isChanged: true }, tell: (line) => told.push(line) });
    await run([gate(async () => 'fine')], { release: { isChanged: false }, tell: (line) => told.push(line) });

    expect(told).toEqual([undefined, 'bringing the release back', undefined]);
  });

  test('has failed when the release does not come back', async () => {
    const release = { restore: () => Promise.reject(new CommandError('pods do not get ready')) };

    const [report] = await run([gate(async () => 'fine')], { release });

    expect(report).toMatchObject({ status: 'failed', measured: 'pods do not get ready' });
  });
});

describe('Ctrl-C', () => {
  test('ends the run after everything was brought back', async () => {
    const { signal, abort } = interrupted();
    const done: string[] = [];
    const release = { restore: async () => done.push('release') };
    const first = gate(async ({ defer }) => {
      defer(async () => void done.push('deferred'));
      abort();
      throw new CommandError('killed');
    });
    const second = gate(async () => {
      done.push('second gate');
      return '';
    });

    await expect(run([first, second], { release, signal })).rejects.toThrow(Interrupted);

    expect(done).toEqual(['release', 'deferred']);
  });

  test.each([
    ['a failure', new CommandError('revision 3 stays'), 'revision 3 stays'],
    ['a refusal', new ApiError(500, '', 'etcd is full'), 'unable to bring back what was there: etcd is full'],
  ])('tells what could not be brought back, and brings the rest back: %s', async (_, error, message) => {
    const { signal, abort } = interrupted();
    const done: string[] = [];
    const release = { restore: () => Promise.reject(error) };
    const stopped = gate(async ({ defer }) => {
      defer(async () => void done.push('deferred'));
      abort();
      return '';
    });

    await expect(run([stopped], { release, signal })).rejects.toMatchObject({ name: 'CommandError', message });

    expect(done).toEqual(['deferred']);
  });
});

function gate(work: (work: GateWork) => Promise<string>): Gate {
  return { number: 1, name: 'Test', limit: 'nothing', isDisruptive: false, run: work };
}

function interrupted() {
  const stop = new AbortController();
  return { signal: stop.signal, abort: () => stop.abort(new Interrupted('SIGINT')) };
}

function run(
  gates: readonly Gate[],
  {
    release = {},
    signal = new AbortController().signal,
    tell = () => undefined,
  }: { release?: object; signal?: AbortSignal; tell?: (line: string | undefined) => void } = {},
) {
  return runGates(gates, {
    release: { restore: async () => undefined, ...release } as unknown as LiveRelease,
    quick: true,
    minikube: undefined,
    signal,
    onProgress: (_, line) => tell(line),
    onGate: () => undefined,
  });
}
