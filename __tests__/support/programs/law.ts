import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { goJson } from '../../../chart/go-json.ts';
import { ChartError, manifests, type Program } from '../../../chart/index.ts';
import { compareBytes, type Json, type JsonObject } from '../../../chart/json.ts';
import { shapeOf } from '../../../chart/shape.ts';
import { invalidOverrides, validOverrides } from '../../../chart/testing.ts';
import type { Helm } from '../helm.ts';
import { type ChartCase, type Rendered, Umbrella } from './umbrella.ts';

/** Values for which Helm and manifests() do not say the same of a program. */
export interface Difference {
  readonly program: Program;
  readonly values: JsonObject;
  readonly helm: Helm['name'];
  readonly plain: Rendered;
  readonly rendered: Rendered;
}

/** Values files of one program. */
export interface Cases {
  /** What the schema allows. */
  readonly valid: readonly JsonObject[];
  /** With one value changed that is likely to be wrong then. */
  readonly invalid: readonly JsonObject[];
}

/** The defaults, and generated values. */
export function casesOf(program: Program, count: { valid: number; invalid: number }, seed: number): Cases {
  const shape = shapeOf(program.values);
  return {
    valid: [{}, ...fc.sample(validOverrides(shape), { numRuns: count.valid - 1, seed })],
    invalid: fc.sample(invalidOverrides(shape), { numRuns: count.invalid, seed }),
  };
}

/** The cases for which Helm and manifests() do not agree. Programs are told apart by their names. */
export async function differences(
  programs: ReadonlyMap<Program, Cases>,
  helms: readonly Helm[],
): Promise<Difference[]> {
  const umbrella = await Umbrella.of([...programs.keys()]);
  try {
    const found: Difference[] = [];
    const valid = await casesIn(programs, 'valid');
    const invalid = await casesIn(programs, 'invalid');
    for (const helm of helms) {
      const rendered = await umbrella.render(helm, valid, RELEASE);
      const refused = await umbrella.refused(helm, invalid);
      const results = [
        ...valid.map((each, i) => [each, rendered[i]!] as const),
        ...invalid.map((each, i) => [each, refused[i]!] as const),
      ];
      for (const [each, result] of results) {
        if (!agree(each.plain, result)) found.push({ ...each, helm: helm.name, rendered: result });
      }
    }
    return found;
  } finally {
    await umbrella.close();
  }
}

const RELEASE = { name: 'parity', namespace: 'space' };

interface Case extends ChartCase {
  readonly program: Program;
  readonly plain: Rendered;
}

async function casesIn(programs: ReadonlyMap<Program, Cases>, kind: keyof Cases): Promise<Case[]> {
  return [...programs].flatMap(([program, cases]) =>
    cases[kind].map((values) => ({ program, chart: program.name, values, plain: plainOf(program, values) })),
  );
}

function plainOf(program: Program, values: JsonObject): Rendered {
  try {
    return { objects: manifests(program, { values, release: RELEASE }) as unknown as Json[] };
  } catch (error) {
    const { message } = error as Error;
    return error instanceof ChartError || message.startsWith(SECOND) ? { refused: message } : { crashed: message };
  }
}

/** Two equal elements make two objects of the same id, which cdk8s refuses, as Kubernetes does after Helm. */
const SECOND = 'There is already a Construct with name';

function agree(plain: Rendered, rendered: Rendered): boolean {
  if ('refused' in plain) return plain.refused.startsWith(SECOND) || 'refused' in rendered;
  if ('objects' in plain && 'objects' in rendered)
    return isDeepStrictEqual(sorted(plain.objects), sorted(rendered.objects));
  // Of values that are refused by their schema alone the objects are not rendered.
  return 'objects' in plain && 'taken' in rendered;
}

function sorted(objects: readonly Json[]): Json[] {
  return objects
    .map((object) => ({ object, text: goJson(object) }))
    .sort((a, b) => compareBytes(a.text, b.text))
    .map(({ object }) => object);
}
