import type { Chart } from 'cdk8s';
import type { z } from 'zod';
import { checkDependencies } from './check-dependencies.ts';
import { type Crds, checkCrds } from './crds.ts';
import type { Dependency } from './dependency.ts';
import { ChartError } from './errors.ts';
import { checkOptionalApis } from './optional-apis.ts';
import { checkRules } from './rules-template.ts';
import { shapeOf } from './shape.ts';

/** Where the objects are installed: Helm's `.Release`. */
export interface Release {
  readonly name: string;
  readonly namespace: string;
}

/** One side of a rule: a value's path, a literal number, a path that follows another one while it is null, or a sum. */
export type Operand =
  | string
  | number
  | { readonly path: string; readonly fallback: string }
  | { readonly sum: readonly Operand[] };

/** Holds when the value at `path` is one of `in` (JSON equality), or, without `in`, when it is not null. */
export interface Condition {
  readonly path: string;
  readonly in?: readonly (string | number | boolean | null)[];
}

/**
 * A rule across fields, as data: the same words in TypeScript and in the chart's templates.
 * It is not applied when one of `when` does not hold, or when an operand is null (but see 'is set').
 */
export interface Rule {
  /** All must hold. @default - always */
  readonly when?: readonly Condition[];
  readonly left: Operand;
  /** 'is set': left is neither null nor ''. */
  readonly op: '<' | '<=' | '==' | '!=' | '>=' | '>' | 'is set';
  /** Not with 'is set'. */
  readonly right?: Operand;
  /** How both sides are read: integers, quantities ("500m", "1Gi"), or durations ("1m30s", "90s"). @default 'integer' */
  readonly as?: 'integer' | 'quantity' | 'duration';
  /** Why, and what to do: printed after the figures. */
  readonly message: string;
}

/** A chart's maintainer, as in Chart.yaml. */
export interface Maintainer {
  readonly name: string;
  readonly email?: string;
  readonly url?: string;
}

export interface ProgramProps<Schema extends z.ZodObject> {
  /** The chart's name, and the default release name. */
  readonly name: string;
  /** The chart's version (semver). */
  readonly version: string;
  /** The values: every key with a default, or nullable. */
  readonly values: Schema;
  /** Adds constructs to a cdk8s chart. Called often while compiling: it must depend on its arguments alone. */
  readonly build: (chart: Chart, values: z.output<Schema>, release: Release) => void;
  readonly appVersion?: string;
  readonly description?: string;
  /** Versions of Kubernetes that the chart accepts (semver range). */
  readonly kubeVersion?: string;
  readonly keywords?: readonly string[];
  readonly home?: string;
  readonly sources?: readonly string[];
  readonly icon?: string;
  readonly maintainers?: readonly Maintainer[];
  /** Chart.yaml's annotations. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly rules?: readonly Rule[];
  /** The text of NOTES.txt, compiled like everything else. */
  readonly notes?: (values: z.output<Schema>, release: Release) => string;
  /** Values files that are written beside values.yaml: `local` becomes values-local.yaml. */
  readonly profiles?: Readonly<Record<string, unknown>>;
  /** Raw template files, for what exists only in Helm (`lookup`, random values): file name in templates/ -> text. */
  readonly templates?: Readonly<Record<string, string>>;
  /**
   * Subcharts. manifests() has the objects of other programs, not those of charts from elsewhere.
   */
  readonly dependencies?: readonly Dependency[];
  /** CustomResourceDefinitions that Helm installs once, before the templates: file name in crds/ -> YAML or objects. */
  readonly crds?: Crds;
  /**
   * APIs that a cluster need not have, as `group/version` or `group/version/Kind`: objects of theirs are only installed
   * where it has. Writing the chart refuses one that no object uses.
   */
  readonly optionalApis?: readonly string[];
  /** The chart's README above the values table, in Markdown. @default - name and description */
  readonly readme?: string;
}

/** A values schema and the constructs it drives. */
export type Program<Schema extends z.ZodObject = z.ZodObject> = ProgramProps<Schema>;

const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
/** @see https://semver.org */
const SEMVER = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/**
 * A program that charts and manifests can be made of.
 *
 * @throws ChartError for a name or version that Helm refuses, for values and rules that a chart cannot check, and for
 * dependencies, CRDs and optional APIs that are none.
 */
export function defineProgram<Schema extends z.ZodObject>(props: ProgramProps<Schema>): Program<Schema> {
  const { name, version, profiles = {}, rules = [] } = props;
  if (!NAME.test(name) || name.length > 53) {
    throw new ChartError(`'${name}' is no name for a chart; expected lowercase letters, digits and dashes, at most 53`);
  }
  if (!SEMVER.test(version)) throw new ChartError(`'${version}' is no version; expected a semantic one such as 1.0.0`);
  for (const profile of Object.keys(profiles)) {
    if (!NAME.test(profile))
      throw new ChartError(`'${profile}' is no name for a profile; expected lowercase letters, digits and dashes`);
  }
  const shape = shapeOf(props.values);
  checkRules(rules, shape);
  checkDependencies(props as Program, shape);
  checkCrds(props.crds ?? {});
  checkOptionalApis(props.optionalApis ?? []);
  return props;
}
