import { Testing } from 'cdk8s';
import { TodoConfig } from '../../constructs/todo-config.ts';
import { testChart } from '../support/test-chart.ts';

const app = { instance: 'my-todo' };

test('holds the variables', () => {
  const chart = testChart();

  new TodoConfig(chart, 'config', { app, data: { BACKEND_URL: 'http://todo-backend:8000' } });

  expect(Testing.synth(chart)[0]).toMatchInlineSnapshot(`
    {
      "apiVersion": "v1",
      "data": {
        "BACKEND_URL": "http://todo-backend:8000",
      },
      "kind": "ConfigMap",
      "metadata": {
        "labels": {
          "app.kubernetes.io/component": "config",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-config",
          "app.kubernetes.io/part-of": "todo",
        },
        "name": "todo-config",
      },
    }
  `);
});

test('takes a name, and refers to itself by it', () => {
  const config = new TodoConfig(testChart(), 'config', { app, name: 'mine', data: {} });

  expect(config.name).toBe('mine');
  expect(config.envFrom).toEqual({ configMapRef: { name: 'mine' } });
});

test('has a hash that depends on the content alone', () => {
  const hash = (data: Record<string, string>, name?: string) =>
    new TodoConfig(testChart(), 'config', { app, name, data }).hash;

  expect(hash({ A: '1', B: '2' })).toBe('3eda2f06741f1d082a60e34bf134dace8b60136ae69b552a2137bd898f27ea85');
  expect(hash({ B: '2', A: '1' }, 'other')).toBe(hash({ A: '1', B: '2' }));
  expect(hash({ A: '1', B: '3' })).not.toBe(hash({ A: '1', B: '2' }));
});
