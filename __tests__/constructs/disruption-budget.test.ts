import { Testing } from 'cdk8s';
import { DisruptionBudget } from '../../constructs/disruption-budget.ts';
import { BACKEND } from '../../constructs/labels.ts';
import { testChart } from '../support/test-chart.ts';

function synth(maxUnavailable?: number | string) {
  const chart = testChart();
  new DisruptionBudget(chart, 'pdb', { app: { instance: 'my-todo' }, component: BACKEND, maxUnavailable });
  return Testing.synth(chart)[0];
}

test('lets one pod go at a time, and every unhealthy one', () => {
  expect(synth()).toMatchInlineSnapshot(`
    {
      "apiVersion": "policy/v1",
      "kind": "PodDisruptionBudget",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "backend",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-backend",
          "app.kubernetes.io/part-of": "todo",
        },
        "name": "todo-backend",
      },
      "spec": {
        "maxUnavailable": 1,
        "selector": {
          "matchLabels": {
            "app.kubernetes.io/component": "backend",
            "app.kubernetes.io/instance": "my-todo",
            "app.kubernetes.io/name": "todo-backend",
          },
        },
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
      },
    }
  `);
});

test.each([2, '25%'])('lets %s pods go', (maxUnavailable) => {
  expect(synth(maxUnavailable).spec.maxUnavailable).toBe(maxUnavailable);
});
