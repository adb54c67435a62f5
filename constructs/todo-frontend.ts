import type { Construct } from 'constructs';
import { FRONTEND } from './labels.ts';
import type { TodoConfig } from './todo-config.ts';
import { WebTier, type WebTierOptions } from './web-tier.ts';

export interface TodoFrontendProps extends WebTierOptions {
  /** Port that the process listens on; it gets it as PORT. @default 3000 */
  readonly containerPort?: number;
  /** Configuration with the backend's address, as environment variables. */
  readonly config: TodoConfig;
  /** Seconds that the server has to finish open requests after the preStop sleep. @default 20 */
  readonly drainSeconds?: number;
  /** Size limit of /tmp. @default '64Mi' */
  readonly tmpSizeLimit?: string;
  /** Size limit of Next.js's cache directory. @default '128Mi' */
  readonly cacheSizeLimit?: string;
}

/** The Next.js server. It serves the page and passes /api on to the backend. */
export class TodoFrontend extends WebTier {
  constructor(scope: Construct, id: string, props: TodoFrontendProps) {
    const port = props.containerPort ?? 3000;
    super(scope, id, {
      ...props,
      component: FRONTEND,
      port,
      livenessProbe: props.livenessProbe ?? { path: '/livez' },
      readinessProbe: props.readinessProbe ?? { path: '/', periodSeconds: 3 },
      startupProbe: props.startupProbe ?? { path: '/', periodSeconds: 1, failureThreshold: 120 },
      env: [
        // The runtime sets it to the pod's name, and Next.js would listen on that address alone.
        { name: 'HOSTNAME', value: '0.0.0.0' },
        { name: 'PORT', value: `${port}` },
        { name: 'DRAIN_SECONDS', value: `${props.drainSeconds ?? 20}` },
      ],
      envFrom: [props.config.envFrom],
      directories: [
        { name: 'tmp', path: '/tmp', sizeLimit: props.tmpSizeLimit ?? '64Mi' },
        { name: 'next-cache', path: '/app/.next/cache', sizeLimit: props.cacheSizeLimit ?? '128Mi' },
      ],
      configHash: props.config.hash,
    });
  }
}
