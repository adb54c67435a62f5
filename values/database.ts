import { z } from 'zod';
import * as formats from './formats.ts';
import { image } from './image.ts';
import { podShape, serviceAccount } from './pod.ts';
import { resources } from './resources.ts';

/** The Postgres that runs beside the application on a laptop. */
export function database() {
  return z
    .object({
      enabled: z
        .boolean()
        .default(true)
        .describe('Whether Postgres runs in the cluster. false: DATABASE_URL points at one elsewhere.'),
      image: image({ repository: 'postgres', tag: '17' }).describe('The container image.'),
      name: formats.sqlName().default('todo').describe('Name of the database. Only the first start reads it.'),
      user: formats.sqlName().default('todo').describe('Name of its owner. Only the first start reads it.'),
      storage: formats.size().default('1Gi').describe('Size of the volume. It is kept on uninstall.'),
      storageClassName: formats
        .objectName()
        .nullable()
        .default(null)
        .describe("The volume's storage class. null: the cluster's default."),
      resources: resources(
        { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '64Mi' },
        { cpu: '500m', memory: '512Mi', 'ephemeral-storage': '256Mi' },
      ).describe('Requests and limits of the container.'),
      podDisruptionBudget: z
        .object({ enabled: z.boolean().default(true).describe('Whether there is one. It lets the pod be evicted.') })
        .prefault({})
        .describe('Limit for evictions, as when a node is drained.'),
      terminationGracePeriodSeconds: formats
        .seconds(1)
        .default(60)
        .describe('Time after which a stopping database is killed.'),
      serviceAccount: serviceAccount().describe('The identity of the pod. No token is mounted.'),
      ...podShape(),
      affinity: z.unknown().nullable().default(null).describe('Affinity. null: none.'),
    })
    .prefault({})
    .describe('Postgres in the cluster, for laptops.');
}
