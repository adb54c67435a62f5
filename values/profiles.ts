import type { Values } from './schema.ts';

/** Values that are laid over a preset's defaults: every key may be left out. */
export type Overrides = DeepPartial<Values>;

type DeepPartial<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [Key in keyof T]?: DeepPartial<T[Key]> }
    : T;

/** Minikube with images that were loaded into the node: nothing is pulled. */
const local: Overrides = {
  backend: { image: { pullPolicy: 'Never' } },
  frontend: { image: { pullPolicy: 'Never' } },
};

/** A real cluster: images from a registry, an Ingress with TLS, and a database and a Secret from elsewhere. */
const cluster: Overrides = {
  backend: {
    replicaCount: 3,
    image: { registry: 'registry.example.com', tag: '1.0.0', pullPolicy: 'Always' },
    service: { type: 'ClusterIP' },
  },
  frontend: {
    replicaCount: 3,
    image: { registry: 'registry.example.com', tag: '1.0.0', pullPolicy: 'Always' },
    service: { type: 'ClusterIP' },
  },
  secret: { existingSecret: 'todo-secret' },
  database: { enabled: false },
  routing: { type: 'ingress', host: 'todo.example.com', tls: { enabled: true, secretName: 'todo-tls' } },
  tests: { image: { pullPolicy: 'Always' } },
};

export const profiles = { local, cluster } as const;
