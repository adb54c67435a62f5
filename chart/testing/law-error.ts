import type { JsonObject } from '../json.ts';
import type { Release } from '../program.ts';
import { yamlBlock } from '../yaml-writer.ts';

/** A case for which the law does not hold. */
export interface Counterexample {
  /** The program's name. */
  readonly program: string;
  /** What is wrong, in one line. */
  readonly fact: string;
  /** Overrides, as small as they were found. */
  readonly values: JsonObject;
  readonly release: Release;
  /** What stands where in Helm's output and in ours, or what both say. */
  readonly detail: string;
  readonly seed: number;
  /** How many cases of the same batch show something of the kind; 0 where it was not in one. */
  readonly alike: number;
}

/** The law does not hold. */
export class LawError extends Error {
  override readonly name = 'LawError';

  constructor(readonly counterexample: Counterexample) {
    super(describe(counterexample));
  }
}

function describe({ program, fact, values, release, detail, seed, alike }: Counterexample): string {
  const file = Object.keys(values).length === 0 ? '  {}' : yamlBlock(values).trimEnd().replace(/^/gm, '  ');
  const others = alike > 1 ? `; ${alike} cases of its batch show the like` : '';
  return `the law does not hold for ${program}: ${fact}

values (release ${release.name} in namespace ${release.namespace}):
${file}

${detail}

seed ${seed}${others}`;
}
