import { checkValues } from '../check-values.ts';
import { hasTags } from '../dependency.ts';
import { ChartError } from '../errors.ts';
import { isSecondConstruct } from '../honesty.ts';
import type { JsonObject } from '../json.ts';
import { mergeOverDefaults } from '../merge-values.ts';
import { obeyRules } from '../obey-rules.ts';
import { programShape } from '../program-shape.ts';
import { defaultsOf, type ObjectShape } from '../shape.ts';
import { describeDifference } from './difference.ts';
import { differenceFrom, type Expected, expectedOf } from './expected.ts';
import {
  BATCH,
  type Fault,
  type Finding,
  firstIn,
  type Helm,
  lawErrorOf,
  lookWithEach,
  type Subject,
} from './finding.ts';
import { HelmRefusal, type Rendering } from './many-cases.ts';
import type { Origin } from './shrink.ts';

/** A valid values file, and what the program makes of it. */
export interface LawCase {
  readonly values: JsonObject;
  /** For each set of optional APIs; an error where it makes nothing of the values. */
  readonly made: readonly Expected[] | Error;
  readonly origin?: Origin;
}

/** Checks for one program that Helm renders what it makes. */
export class LawCheck {
  readonly shape: ObjectShape;
  /** Without the APIs that a cluster need not have, and with them. */
  readonly #apis: readonly (readonly string[])[];

  constructor(private readonly subject: Subject) {
    const { optionalApis = [], dependencies = [] } = subject.program;
    const shape = programShape(subject.program);
    this.shape = hasTags(dependencies) ? withoutTags(shape) : shape;
    this.#apis = optionalApis.length === 0 ? [[]] : [[], optionalApis];
  }

  /**
   * Values with what the program makes of them; undefined where two elements would be the same construct, or where a
   * subchart refuses what it gets.
   */
  caseOf(values: JsonObject, origin?: Origin): LawCase | undefined {
    try {
      return { values, made: this.#apis.map((apis) => this.#expected(values, apis)), origin };
    } catch (error) {
      const ofSubchart = error instanceof ChartError && (this.subject.program.dependencies ?? []).length > 0;
      return ofSubchart || isSecondConstruct(error as Error) ? undefined : { values, made: error as Error, origin };
    }
  }

  /** @throws LawError where Helm's objects or notes are not those of the program */
  async render(cases: readonly LawCase[]): Promise<void> {
    for (const { values, made, origin } of cases) {
      if (!(made instanceof Error)) continue;
      const find = async (each: JsonObject) => this.#buildFault(each);
      throw await lawErrorOf({ values, fault: buildFault(made), origin, usable: this.#usable, find }, this.subject);
    }
    for (let start = 0; start < cases.length; start += BATCH) {
      const batch = cases.slice(start, start + BATCH);
      for (const i of this.#apis.keys()) await lookWithEach(this.subject, (helm) => this.#lookAt(batch, helm, i));
    }
  }

  /** Valid overrides with what breaks a rule set back; none at all where that does not help. */
  obeying(overrides: JsonObject): JsonObject {
    return obeyRules(this.subject.program.rules ?? [], this.shape, overrides) ?? {};
  }

  readonly #usable = (overrides: JsonObject): JsonObject | undefined => {
    const merged = mergeOverDefaults(defaultsOf(this.shape) as JsonObject, overrides);
    return checkValues(this.shape, merged).length === 0 ? this.obeying(overrides) : undefined;
  };

  async #lookAt(batch: readonly LawCase[], helm: Helm, i: number): Promise<Finding | undefined> {
    const faults = await this.#faultsOf(batch, helm, i);
    return firstIn(faults, (index) => ({
      ...batch[index]!,
      usable: this.#usable,
      find: (values) => this.#faultOf(values, helm, i),
    }));
  }

  async #faultsOf(batch: readonly LawCase[], helm: Helm, i: number): Promise<(Fault | undefined)[]> {
    const { many, release } = this.subject;
    const files = batch.map(({ values }) => values);
    try {
      const rendered = await many.render(helm.path, files, release, this.#apis[i]);
      return batch.map(({ made }, n) => faultIn(helm, (made as Expected[])[i]!, rendered[n]!));
    } catch (error) {
      if (!(error instanceof HelmRefusal)) throw error;
      // Helm tells which case it refuses, most often.
      const faults: (Fault | undefined)[] = [];
      for (const n of error.index === undefined ? batch.keys() : [error.index]) {
        faults[n] = await this.#faultOf(files[n]!, helm, i);
        if (faults[n] !== undefined) return faults;
      }
      throw new Error(`${helm.name} refuses a batch of cases, and none of them alone:\n${error.stderr}`);
    }
  }

  /** What is wrong with one valid case; nothing where the program makes nothing of it. */
  async #faultOf(values: JsonObject, helm: Helm, i: number): Promise<Fault | undefined> {
    const { many, release } = this.subject;
    let expected: Expected;
    try {
      expected = this.#expected(values, this.#apis[i]!);
    } catch {
      return undefined;
    }
    try {
      const [rendering] = await many.render(helm.path, [values], release, this.#apis[i]);
      return faultIn(helm, expected, rendering!);
    } catch (error) {
      if (!(error instanceof HelmRefusal)) throw error;
      const detail = error.stderr.trim().replaceAll('umbrella/charts/c0/', '');
      return { fact: `${helm.name} refuses values that manifests() takes`, detail };
    }
  }

  #expected(values: JsonObject, apis: readonly string[]): Expected {
    const { program, release } = this.subject;
    return expectedOf(program, this.shape, values, release, apis);
  }

  #buildFault(values: JsonObject): Fault | undefined {
    try {
      this.#expected(values, []);
      return undefined;
    } catch (error) {
      const known = error instanceof ChartError || isSecondConstruct(error as Error);
      return known ? undefined : buildFault(error as Error);
    }
  }
}

/** Helm reads the tags of a whole release alone, and here that is the chart around the cases. */
function withoutTags(shape: ObjectShape): ObjectShape {
  const { tags: _, ...fields } = shape.fields;
  return { ...shape, fields };
}

function faultIn(helm: Helm, expected: Expected, rendering: Rendering): Fault | undefined {
  if (rendering.unreadable !== undefined)
    return { fact: `${helm.name} prints what is no YAML`, detail: rendering.unreadable };
  const difference = differenceFrom(expected, rendering);
  if (difference === undefined) return undefined;
  return { fact: `${helm.name} and manifests() differ`, detail: describeDifference(difference, helm.name) };
}

function buildFault(error: Error): Fault {
  return { fact: 'manifests() fails for values that the schema and the rules allow', detail: error.message };
}
