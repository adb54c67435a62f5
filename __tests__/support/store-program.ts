import { z } from 'zod';
import { ChartError, defineProgram, manifests, type Program } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { RELEASE } from './chart-directory.ts';
import { addConfig } from './small-program.ts';

/** Has all that a chart can have of its own: shared blocks, JSON, a hash of rules, values of every kind, global. */
export const storeValues = z.object({
  name: z.string().min(1).default('store'),
  size: z.int().min(1).max(99).default(3),
  note: z.string().nullable().default('none'),
  labels: z.record(z.string().min(1), z.string()).default({ app: 'store' }),
  extra: z.unknown().default({ a: [1] }),
  global: z.object({ region: z.string().default('eu'), zone: z.string().nullable() }).prefault({ zone: null }),
});
/** A program of these values under a name of its own. */
export function storeNamed(name: string, more: object = {}) {
  return defineProgram({
    name,
    version: '1.2.3',
    values: storeValues,
    rules: [{ left: 'size', op: '<=', right: 50, message: 'there is no more room' }],
    build: (chart, values, release) => {
      for (const part of ['a', 'b']) {
        addConfig(
          chart,
          `config-${part}`,
          {
            name: values.name,
            size: `${values.size}`,
            ...(values.note === null ? {} : { note: values.note }),
            place: `${values.global.region}/${values.global.zone ?? 'any'} of ${release.name}`,
            labels: { ...values.labels },
            extra: values.extra,
          },
          `${values.name}-${part}`,
        );
      }
    },
    ...more,
  });
}

/** Why values are refused; undefined where they are not. */
export function problemsOf(program: Program, values: JsonObject): string | undefined {
  try {
    manifests(program, { values, release: RELEASE });
    return undefined;
  } catch (error) {
    if (error instanceof ChartError) return error.message;
    throw error;
  }
}
