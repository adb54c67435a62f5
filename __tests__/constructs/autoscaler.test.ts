import { Testing } from 'cdk8s';
import { Autoscaler, type AutoscalerProps } from '../../constructs/autoscaler.ts';
import { BACKEND } from '../../constructs/labels.ts';
import { testChart } from '../support/test-chart.ts';

const chart = () => testChart();

function props(options: Partial<AutoscalerProps> = {}): AutoscalerProps {
  return { app: { instance: 'my-todo' }, component: BACKEND, minReplicas: 2, maxReplicas: 5, ...options };
}

function spec(options: Partial<AutoscalerProps>) {
  const scope = chart();
  new Autoscaler(scope, 'hpa', props(options));
  return Testing.synth(scope)[0].spec;
}

test('scales by CPU, up at once and down slowly', () => {
  expect(spec({})).toMatchInlineSnapshot(`
    {
      "behavior": {
        "scaleDown": {
          "policies": [
            {
              "periodSeconds": 60,
              "type": "Pods",
              "value": 1,
            },
          ],
          "stabilizationWindowSeconds": 300,
        },
        "scaleUp": {
          "policies": [
            {
              "periodSeconds": 15,
              "type": "Percent",
              "value": 100,
            },
            {
              "periodSeconds": 15,
              "type": "Pods",
              "value": 4,
            },
          ],
          "selectPolicy": "Max",
          "stabilizationWindowSeconds": 0,
        },
      },
      "maxReplicas": 5,
      "metrics": [
        {
          "resource": {
            "name": "cpu",
            "target": {
              "averageUtilization": 70,
              "type": "Utilization",
            },
          },
          "type": "Resource",
        },
      ],
      "minReplicas": 2,
      "scaleTargetRef": {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": "todo-backend",
      },
    }
  `);
});

test('scales another Deployment', () => {
  expect(spec({ deploymentName: 'worker' }).scaleTargetRef).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    name: 'worker',
  });
});

test('takes a CPU target', () => {
  expect(spec({ targetCPUUtilizationPercentage: 50 }).metrics[0].resource.target.averageUtilization).toBe(50);
});

test('scales by memory as well', () => {
  expect(spec({ targetMemoryUtilizationPercentage: 80 }).metrics[1]).toEqual({
    type: 'Resource',
    resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } },
  });
});

test('takes both stabilization windows', () => {
  const { behavior } = spec({ scaleUpStabilizationSeconds: 15, scaleDownStabilizationSeconds: 60 });

  expect(behavior.scaleUp.stabilizationWindowSeconds).toBe(15);
  expect(behavior.scaleDown.stabilizationWindowSeconds).toBe(60);
});

test('accepts minReplicas equal to maxReplicas', () => {
  expect(spec({ minReplicas: 5, maxReplicas: 5 })).toMatchObject({ minReplicas: 5, maxReplicas: 5 });
});

test('fails when minReplicas exceeds maxReplicas, and leaves nothing behind', () => {
  const scope = chart();

  expect(() => new Autoscaler(scope, 'hpa', props({ minReplicas: 5, maxReplicas: 2 }))).toThrow(
    "'minReplicas' (5) must be less than or equal to 'maxReplicas' (2)",
  );
  expect(scope.node.children).toEqual([]);
});
