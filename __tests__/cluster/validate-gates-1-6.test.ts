import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { Docker } from '../../scripts/docker.ts';
import { eventually } from '../support/cluster.ts';
import { failed, ValidatedRelease } from '../support/validated-release.ts';

let release: ValidatedRelease;

beforeAll(async () => {
  release = await ValidatedRelease.install();
});
afterAll(() => release?.remove());

describe('a fault makes its own gate fail, and no other:', () => {
  test('1, another image than the one that is built', async () => {
    const docker = new Docker();
    const running = await release.kubectl([
      ...['get', 'deployment', 'todo-backend', '-o'],
      'jsonpath={.spec.template.spec.containers[0].image}',
    ]);
    const reference = `todo-backend:test-${randomBytes(4).toString('hex')}`;
    await docker.relabel(running, reference, { test: 'yes' });
    await execa('minikube', ['image', 'load', reference]);
    await release.apply(['--set', `backend.image.tag=${reference.split(':')[1]}`]);

    const gates = await release.validate('1,2,4');

    expect(failed(gates)).toMatchObject([{ number: 1 }]);
    expect(gates[0]!.measured).toMatch(/^backend: pods run .*; built was [0-9a-f]{12}; deploy what is built/);
    await release.apply();
    await execa('minikube', ['image', 'rm', reference]);
    await docker.untag(reference);
  });

  test('2, an object that somebody has changed', async () => {
    const patch = '{"spec":{"progressDeadlineSeconds":77}}';
    await release.kubectl(['patch', 'deployment', 'todo-frontend', '--type=merge', '-p', patch]);

    const gates = await release.validate('2,4');

    expect(failed(gates)).toMatchObject([{ number: 2 }]);
    expect(gates[0]!.evidence).toContain('> spec.progressDeadlineSeconds: is 77, rendered 120');
  });

  test('3, a readiness that does not ask for the database', async () => {
    await release.apply(['--set', 'backend.readinessProbe.path=/livez']);

    const gates = await release.validate('2-4');

    expect(failed(gates)).toMatchObject([{ number: 3 }]);
    expect(gates[1]!.measured).toMatch(/^a backend without its database is still ready after \d+ s/);
  });

  test('4, a release without tests', async () => {
    await release.apply(['--set', 'tests.enabled=false']);

    const gates = await release.validate('2-4');

    expect(failed(gates)).toMatchObject([{ number: 4 }]);
    expect(gates[2]!.measured).toBe('the release has no tests; set tests.enabled to true');
  });

  test('5, no room for more pods', async () => {
    await release.apply();
    const hard = { pods: '6' };
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few' }, spec: { hard } };
    await release.kubectl(['create', '--filename', '-'], { input: JSON.stringify(quota) });

    const gates = await release.validate('2,5');

    await release.kubectl(['delete', 'resourcequota', 'few']);
    expect(failed(gates)).toMatchObject([{ number: 5 }]);
    expect(gates[1]!.evidence.join('\n')).toContain('exceeded quota: few');
    await eventually(() => release.ready());
  });

  test('6, pods that may not be evicted', async () => {
    const matchLabels = { 'app.kubernetes.io/component': 'database' };
    const spec = { maxUnavailable: 0, selector: { matchLabels } };
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'never' }, spec };
    await release.kubectl(['create', '--filename', '-'], { input: JSON.stringify(budget) });

    const gates = await release.validate('2,6');

    await release.kubectl(['delete', 'poddisruptionbudget', 'never']);
    expect(failed(gates)).toMatchObject([{ number: 6 }]);
    expect(gates[1]!.measured).toContain('PodDisruptionBudget');
  });
});
