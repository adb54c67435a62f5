import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { runSteps, type StepRecord, stepLines } from '../../../scripts/apply/run-steps.ts';
import { done, skipped, type Tell } from '../../../scripts/apply/step.ts';

let printed: string[];

beforeEach(() => {
  printed = [];
  jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
});
afterEach(() => {
  jest.restoreAllMocks();
});

const redact = (text: string) => text.replaceAll('hunter2', '***');

test('piped, each step is a line when it has ended, and what goes on in it comes before', async () => {
  await runSteps(
    [
      { name: 'images', run: async (tell) => told(tell) },
      { name: 'cluster', run: async () => skipped('it runs') },
    ],
    { redact },
  );

  expect(printed.map(withoutTime)).toEqual([
    '  images: building',
    '✓ images         N s  backend built',
    '- cluster        N s  it runs',
  ]);
});

test('the step that fails is told of, and those after it do not run', async () => {
  const records: StepRecord[] = [];
  const steps = [
    {
      name: 'secret',
      run: async () => {
        throw new Error('the password is hunter2');
      },
    },
    { name: 'release', run: async () => done('never') },
  ];

  await expect(runSteps(steps, { redact, silent: true, onStep: (record) => records.push(record) })).rejects.toThrow();

  expect(records).toMatchObject([{ name: 'secret', outcome: 'failed', what: 'the password is ***' }]);
  expect(printed).toEqual([]);
});

test('no line is longer than 80 characters, and words stay whole', () => {
  const lines = stepLines({
    name: 'preflight',
    outcome: 'done',
    what: 'node 20.20.2, docker 20.10.24, kubectl 1.34.4, helm 4.3.1, minikube 1.38.1, Kubernetes 1.34.4',
    notes: ['no network plug-in was found that enforces network policies: they are there, and do nothing'],
    lines: ['new       19 objects'],
    seconds: 1.04,
  });

  expect(lines.join('\n')).toBe(`✓ preflight      1.0 s  node 20.20.2, docker 20.10.24, kubectl 1.34.4, helm
                        4.3.1, minikube 1.38.1, Kubernetes 1.34.4
                        ! no network plug-in was found that enforces network
                          policies: they are there, and do nothing
  new       19 objects`);
});

/** Says the same twice. */
function told(tell: Tell) {
  tell('building');
  tell('building');
  return done('backend built');
}

function withoutTime(line: string): string {
  return line.replace(/\d+\.\d s/, 'N s');
}
