import { Testing } from 'cdk8s';
import { MetricsMonitor } from '../../constructs/metrics-monitor.ts';
import { testChart } from '../support/test-chart.ts';

const app = { instance: 'my-todo' };

test("reads the backend's metrics twice a minute", () => {
  const chart = testChart();

  new MetricsMonitor(chart, 'monitor', { app });

  expect(Testing.synth(chart)[0].spec).toMatchInlineSnapshot(`
    {
      "endpoints": [
        {
          "interval": "30s",
          "path": "/metrics",
          "port": "http",
          "scrapeTimeout": "10s",
        },
      ],
      "selector": {
        "matchLabels": {
          "app.kubernetes.io/component": "backend",
          "app.kubernetes.io/instance": "my-todo",
          "app.kubernetes.io/name": "todo-backend",
        },
      },
    }
  `);
});

test('takes path, interval, timeout and labels', () => {
  const chart = testChart();
  const endpoint = { path: '/stats', interval: '1m', scrapeTimeout: '5s' };

  new MetricsMonitor(chart, 'monitor', { app, ...endpoint, labels: { release: 'prometheus' } });

  const { metadata, spec } = Testing.synth(chart)[0];
  expect(spec.endpoints).toEqual([{ port: 'http', ...endpoint }]);
  expect(metadata.labels.release).toBe('prometheus');
});
