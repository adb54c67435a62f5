import { Construct } from 'constructs';
import type { Values } from '../values/schema.ts';
import { Database } from './database.ts';
import { type AppLabels, BACKEND, type Component } from './labels.ts';
import { MetricsMonitor } from './metrics-monitor.ts';
import { NetworkPolicies } from './network-policies.ts';
import { GatewayRoute, IngressRoute } from './routing.ts';
import { SecretRef } from './secret-ref.ts';
import { TodoBackend } from './todo-backend.ts';
import { TodoConfig } from './todo-config.ts';
import { TodoFrontend } from './todo-frontend.ts';

export interface TodoProps {
  readonly values: Values;
  readonly app: AppLabels;
  /** More pods that reach the backend, such as tests. @default - none */
  readonly backendClients?: readonly Component[];
}

/** The whole application: two tiers, their configuration and credentials, and what surrounds them. */
export class Todo extends Construct {
  readonly config: TodoConfig;
  readonly secret: SecretRef;
  readonly backend: TodoBackend;
  readonly frontend: TodoFrontend;
  readonly database?: Database;

  constructor(scope: Construct, id: string, { values, app, backendClients }: TodoProps) {
    super(scope, id);
    const { imagePullSecrets, database, routing, networkPolicy, monitoring } = values;

    this.config = todoConfig(this, app, values);
    this.secret = todoSecret(this, app, values);
    this.backend = new TodoBackend(this, 'backend', {
      ...values.backend,
      app,
      imagePullSecrets,
      secret: this.secret,
      config: values.config.scope === 'shared' ? this.config : undefined,
    });
    this.frontend = new TodoFrontend(this, 'frontend', {
      ...values.frontend,
      app,
      imagePullSecrets,
      config: this.config,
    });
    if (database.enabled) {
      this.database = new Database(this, 'database', { ...database, app, imagePullSecrets, secret: this.secret });
    }

    const route = { ...routing, app, servicePort: values.frontend.service.port };
    if (routing.type === 'ingress') new IngressRoute(this, 'ingress', route);
    if (routing.type === 'gateway') new GatewayRoute(this, 'http-route', route);

    if (monitoring.serviceMonitor.enabled) {
      new MetricsMonitor(this, 'backend-monitor', { ...monitoring.serviceMonitor, app });
    }
    if (networkPolicy.enabled) {
      new NetworkPolicies(this, 'network-policy', {
        app,
        frontendPort: values.frontend.containerPort,
        backendPort: values.backend.containerPort,
        backendExposed: values.backend.service.type !== 'ClusterIP',
        backendClients,
        metricsNamespace: monitoring.serviceMonitor.enabled ? monitoring.serviceMonitor.namespace : undefined,
        https: networkPolicy.https.enabled ? networkPolicy.https : undefined,
        externalDatabase: database.enabled ? undefined : networkPolicy.externalDatabase,
        dnsPort: networkPolicy.dnsPort,
      });
    }
  }
}

function todoConfig(scope: Construct, app: AppLabels, { config, backend, frontend }: Values): TodoConfig {
  const { name, data } = config;
  const backendUrl = config.backendUrl ?? `http://${BACKEND.name}:${backend.service.port}`;
  if (config.scope === 'frontend') {
    return new TodoConfig(scope, 'frontend-config', { app, name, data: { ...data, NEXT_PUBLIC_API_URL: backendUrl } });
  }
  return new TodoConfig(scope, 'config', {
    app,
    name,
    data: {
      ...data,
      BACKEND_URL: backendUrl,
      BACKEND_PORT: `${backend.service.port}`,
      FRONTEND_PORT: `${frontend.service.port}`,
      NODE_ENV: config.nodeEnv,
    },
  });
}

function todoSecret(scope: Construct, app: AppLabels, { secret }: Values): SecretRef {
  const { name, existingSecret, externalSecret } = secret;
  return new SecretRef(scope, 'secret', {
    name: existingSecret ?? name,
    externalSecret: externalSecret.enabled ? { ...externalSecret, app } : undefined,
  });
}
