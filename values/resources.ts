import { z } from 'zod';
import { quantity } from './formats.ts';

/** Every container has all three, unless a user removes one. */
export interface ResourceDefaults {
  readonly cpu: string;
  readonly memory: string;
  readonly 'ephemeral-storage': string;
}

/** Requests and limits of one container. */
export function resources(requests: ResourceDefaults, limits: ResourceDefaults) {
  return z
    .object({
      requests: quantities(requests).describe('What the scheduler keeps free for each pod. null leaves one out.'),
      limits: quantities(limits).describe('What each pod may use at most. null leaves one out.'),
    })
    .prefault({});
}

function quantities(defaults: ResourceDefaults) {
  return z
    .object({
      cpu: quantity().nullable().default(defaults.cpu).describe('CPU, as cores or thousandths: 1, 500m.'),
      memory: quantity().nullable().default(defaults.memory).describe('Memory: 128Mi, 1Gi.'),
      'ephemeral-storage': quantity()
        .nullable()
        .default(defaults['ephemeral-storage'])
        .describe('Disk for logs and scratch directories.'),
    })
    .prefault({});
}
