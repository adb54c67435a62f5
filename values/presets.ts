import type { ProbeDefaults } from './probe.ts';
import type { ResourceDefaults } from './resources.ts';
import type { PresetDefaults } from './schema.ts';

/** The version of the application that both presets run. */
export const APP_VERSION = '1.0.0';

/** A way to run the application: its chart, where it goes and what its values are by default. */
export interface Preset {
  /** The chart's name, and the default release name. */
  readonly name: 'todo-chatbot' | 'todo-app';
  readonly description: string;
  /** The chart's version (semver). */
  readonly version: string;
  readonly appVersion: string;
  /** Namespace that `apply` uses. */
  readonly namespace: string;
  readonly defaults: PresetDefaults;
}

const SMALL: ResourceDefaults = { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' };
const LARGE: ResourceDefaults = { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '512Mi' };

/** Looks every second and takes two minutes for a failure: a database may still be starting. */
const STARTUP = { initialDelaySeconds: 0, periodSeconds: 1, timeoutSeconds: 2, failureThreshold: 120 };
const FAST_LIVENESS = { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 3, failureThreshold: 3 };
const FAST_READINESS = { initialDelaySeconds: 0, periodSeconds: 3, timeoutSeconds: 2, failureThreshold: 2 };

const TODO_CHATBOT: Preset = {
  name: 'todo-chatbot',
  description: 'The Todo chatbot: a FastAPI backend and a Next.js frontend that scale with their load.',
  version: '1.0.0',
  appVersion: APP_VERSION,
  namespace: 'hackathon-dev',
  defaults: {
    backend: {
      image: { repository: 'hackathon-todo-backend', tag: '1.0.0' },
      port: 7860,
      service: { type: 'NodePort', nodePort: 30860 },
      autoscaling: true,
      requests: SMALL,
      limits: LARGE,
      livenessProbe: { path: '/livez', ...FAST_LIVENESS },
      readinessProbe: { path: '/api/health', ...FAST_READINESS },
      startupProbe: { path: '/api/health', ...STARTUP },
    },
    frontend: {
      image: { repository: 'hackathon-todo-frontend', tag: '1.0.0' },
      port: 3000,
      service: { type: 'NodePort', nodePort: 30080 },
      autoscaling: true,
      requests: SMALL,
      limits: LARGE,
      livenessProbe: { path: '/livez', ...FAST_LIVENESS },
      readinessProbe: { path: '/', ...FAST_READINESS },
      startupProbe: { path: '/', ...STARTUP },
    },
    config: { name: 'todo-config', scope: 'shared' },
    secret: { name: 'todo-db-secret' },
  },
};

const TODO_APP: Preset = {
  name: 'todo-app',
  description: 'The Todo app: a FastAPI backend and a Next.js frontend at a fixed size.',
  version: '0.1.0',
  appVersion: APP_VERSION,
  namespace: 'default',
  defaults: {
    backend: {
      image: { repository: 'todo-backend', tag: 'latest' },
      port: 8000,
      service: { type: 'ClusterIP', nodePort: null },
      autoscaling: false,
      requests: SMALL,
      limits: LARGE,
      livenessProbe: slow('/livez', 15, 30),
      readinessProbe: slow('/health', 10, 15),
      startupProbe: { path: '/health', ...STARTUP },
    },
    frontend: {
      image: { repository: 'todo-frontend', tag: 'latest' },
      port: 3000,
      service: { type: 'NodePort', nodePort: 30080 },
      autoscaling: false,
      requests: { cpu: '50m', memory: '64Mi', 'ephemeral-storage': '64Mi' },
      limits: { cpu: '200m', memory: '256Mi', 'ephemeral-storage': '512Mi' },
      livenessProbe: slow('/livez', 20, 30),
      readinessProbe: slow('/', 15, 15),
      startupProbe: { path: '/', ...STARTUP },
    },
    config: { name: 'todo-frontend-config', scope: 'frontend' },
    secret: { name: 'todo-backend-secret' },
  },
};

export const presets: readonly Preset[] = [TODO_CHATBOT, TODO_APP];

function slow(path: string, initialDelaySeconds: number, periodSeconds: number): ProbeDefaults {
  return { path, initialDelaySeconds, periodSeconds, timeoutSeconds: 5, failureThreshold: 3 };
}
