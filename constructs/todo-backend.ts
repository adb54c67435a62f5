import type { Construct } from 'constructs';
import { BACKEND } from './labels.ts';
import type { SecretRef } from './secret-ref.ts';
import type { TodoConfig } from './todo-config.ts';
import { WebTier, type WebTierOptions } from './web-tier.ts';

export interface TodoBackendProps extends WebTierOptions {
  /** Port that the process listens on; it gets it as PORT. @default 8000 */
  readonly containerPort?: number;
  /** Secret with DATABASE_URL and the other keys, all as environment variables. */
  readonly secret: SecretRef;
  /** Configuration, as environment variables. @default - none */
  readonly config?: TodoConfig;
  /** Seconds that the server has to finish open requests after the preStop sleep. @default 20 */
  readonly drainSeconds?: number;
  /** Size limit of /tmp. @default '64Mi' */
  readonly tmpSizeLimit?: string;
}

/** The FastAPI server: `/livez` tells that it lives, `/readyz` that it can serve. */
export class TodoBackend extends WebTier {
  constructor(scope: Construct, id: string, props: TodoBackendProps) {
    const port = props.containerPort ?? 8000;
    super(scope, id, {
      ...props,
      component: BACKEND,
      port,
      livenessProbe: props.livenessProbe ?? { path: '/livez' },
      readinessProbe: props.readinessProbe ?? { path: '/readyz', periodSeconds: 3 },
      startupProbe: props.startupProbe ?? { path: '/readyz', periodSeconds: 1, failureThreshold: 120 },
      env: [
        { name: 'PORT', value: `${port}` },
        { name: 'UVICORN_PORT', value: `${port}` },
        // Without it, uvicorn waits for streams that never end until it is killed.
        { name: 'UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN', value: `${props.drainSeconds ?? 20}` },
      ],
      envFrom: [...(props.config === undefined ? [] : [props.config.envFrom]), props.secret.envFrom],
      directories: [{ name: 'tmp', path: '/tmp', sizeLimit: props.tmpSizeLimit ?? '64Mi' }],
      configHash: props.config?.hash,
    });
  }
}
