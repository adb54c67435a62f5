import type { Construct } from 'constructs';
import { ServiceMonitor } from '../imports/monitoring.coreos.com.ts';
import { type AppLabels, BACKEND, objectLabels, selectorLabels } from './labels.ts';

export interface MetricsMonitorProps {
  readonly app: AppLabels;
  /** @default '/metrics' */
  readonly path?: string;
  /** Time between two readings. @default '30s' */
  readonly interval?: string;
  /** Time that one reading may take. @default '10s' */
  readonly scrapeTimeout?: string;
  /** More labels, by which Prometheus selects it. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Has Prometheus read the backend's metrics, through the backend's Service. */
export class MetricsMonitor extends ServiceMonitor {
  constructor(scope: Construct, id: string, props: MetricsMonitorProps) {
    super(scope, id, {
      metadata: { name: BACKEND.name, labels: objectLabels(props.app, BACKEND, props.labels) },
      spec: {
        selector: { matchLabels: selectorLabels(props.app, BACKEND) },
        endpoints: [
          {
            port: 'http',
            path: props.path ?? '/metrics',
            interval: props.interval ?? '30s',
            scrapeTimeout: props.scrapeTimeout ?? '10s',
          },
        ],
      },
    });
  }
}
