import { Testing } from 'cdk8s';
import { ComponentPolicy, podsOf, tcp, toDns } from '../../constructs/component-policy.ts';
import { BACKEND, FRONTEND } from '../../constructs/labels.ts';
import { testChart } from '../support/test-chart.ts';

const app = { instance: 'my-todo' };

test('governs both directions', () => {
  const chart = testChart();

  new ComponentPolicy(chart, 'policy', {
    app,
    component: BACKEND,
    ingress: [{ from: [podsOf(app, FRONTEND)], ports: [tcp(8000)] }],
    egress: [toDns(53)],
  });

  expect(Testing.synth(chart)[0].spec).toMatchInlineSnapshot(`
    {
      "egress": [
        {
          "ports": [
            {
              "port": 53,
              "protocol": "UDP",
            },
            {
              "port": 53,
              "protocol": "TCP",
            },
          ],
        },
      ],
      "ingress": [
        {
          "from": [
            {
              "podSelector": {
                "matchLabels": {
                  "app.kubernetes.io/component": "frontend",
                  "app.kubernetes.io/instance": "my-todo",
                  "app.kubernetes.io/name": "todo-frontend",
                },
              },
            },
          ],
          "ports": [
            {
              "port": 8000,
              "protocol": "TCP",
            },
          ],
        },
      ],
      "podSelector": {
        "matchLabels": {
          "app.kubernetes.io/component": "backend",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-backend",
        },
      },
      "policyTypes": [
        "Ingress",
        "Egress",
      ],
    }
  `);
});

test('refuses everything where there are no rules', () => {
  const chart = testChart();

  new ComponentPolicy(chart, 'policy', { app, component: BACKEND, ingress: [], egress: [] });

  expect(Testing.synth(chart)[0].spec).toMatchObject({ ingress: [], egress: [], policyTypes: ['Ingress', 'Egress'] });
});

test('takes annotations', () => {
  const chart = testChart();

  new ComponentPolicy(chart, 'policy', { app, component: BACKEND, ingress: [], egress: [], annotations: { a: 'b' } });

  expect(Testing.synth(chart)[0].metadata.annotations).toEqual({ a: 'b' });
});
