import { z } from 'zod';
import * as formats from './formats.ts';

export interface ConfigDefaults {
  readonly name: string;
  readonly scope: 'shared' | 'frontend';
}

/** The content of the ConfigMap. */
export function config(defaults: ConfigDefaults) {
  return z
    .object({
      name: formats.objectName().default(defaults.name).describe("The ConfigMap's name."),
      scope: z
        .enum(['shared', 'frontend'])
        .default(defaults.scope)
        .describe('shared: both read it (BACKEND_URL, the ports, NODE_ENV). frontend: it alone (NEXT_PUBLIC_API_URL).'),
      backendUrl: z
        .string()
        .regex(/^https?:\/\/[-A-Za-z0-9._~:@[\]/]+$/)
        .nullable()
        .default(null)
        .describe('Where the frontend finds the backend. null: the backend Service.'),
      nodeEnv: z
        .enum(['production', 'development', 'test'])
        .default('production')
        .describe('NODE_ENV, in the scope shared.'),
      data: z
        .record(formats.envName(), z.string())
        .default({})
        .describe('More variables, under names that are not taken.'),
    })
    .prefault({})
    .describe('Configuration that is not secret. A change restarts the pods.');
}

/** Where DATABASE_URL and the keys come from. */
export function secret(name: string) {
  return z
    .object({
      name: formats
        .objectName()
        .default(name)
        .describe('Name of the Secret that is made at the first install, or by the ExternalSecret.'),
      existingSecret: formats
        .objectName()
        .nullable()
        .default(null)
        .describe(
          'A Secret of your own with DATABASE_URL, BETTER_AUTH_SECRET and, for the database, POSTGRES_PASSWORD.',
        ),
      externalSecret: z
        .object({
          enabled: z.boolean().default(false).describe('Whether an ExternalSecret fills the Secret.'),
          storeName: formats.objectName().default('default').describe('Name of the store.'),
          storeKind: z
            .enum(['SecretStore', 'ClusterSecretStore'])
            .default('ClusterSecretStore')
            .describe('Kind of the store.'),
          remoteKey: z.string().min(1).default('todo').describe('Key in the store; its properties become the keys.'),
          refreshInterval: formats.duration().default('1h').describe('How often the store is read.'),
        })
        .prefault({})
        .describe('Secret from an external store. Needs the External Secrets Operator.'),
    })
    .prefault({})
    .describe('Credentials. Their values are never among these values.');
}
