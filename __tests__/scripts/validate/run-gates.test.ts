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
    await expect(run([gate(() => Promise.reject(new TypeError('undefined')))])).rejects.toThrow(TypeError);
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

  test('tells what could not be brought back', async () => {
    const { signal, abort } = interrupted();
    const release = { restore: () => Promise.reject(new CommandError('revision 3 stays')) };
    const stopped = gate(async () => {
      abort();
      return '';
    });

    await expect(run([stopped], { release, signal })).rejects.toThrow('revision 3 stays');
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
  { release = {}, signal = new AbortController().signal }: { release?: object; signal?: AbortSignal } = {},
) {
  return runGates(gates, {
    release: { restore: async () => undefined, ...release } as unknown as LiveRelease,
    quick: true,
    minikube: undefined,
    signal,
    onProgress: () => undefined,
    onGate: () => undefined,
  });
}
