import { z } from 'zod';
import { httpPath, seconds } from './formats.ts';

export interface ProbeDefaults {
  readonly path: string;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

/** An HTTP probe of the container's port. */
export function probe(defaults: ProbeDefaults) {
  return z
    .object({
      path: httpPath().default(defaults.path).describe('Path that must answer with a status of 200 to 399.'),
      initialDelaySeconds: seconds(0).default(defaults.initialDelaySeconds).describe('Wait before the first probe.'),
      periodSeconds: seconds(1).default(defaults.periodSeconds).describe('Time between two probes.'),
      timeoutSeconds: seconds(1).default(defaults.timeoutSeconds).describe('Time that one answer may take.'),
      failureThreshold: z
        .int()
        .min(1)
        .max(1000)
        .default(defaults.failureThreshold)
        .describe('Failures in a row that count.'),
    })
    .prefault({});
}
