import type { Json, JsonObject } from '../json.ts';
import type { Rule } from '../program.ts';
import type { Path } from './path.ts';

/** What became of a value, of a rule, or of something else that an install depends on. */
export type ChangeKind =
  | 'removed'
  | 'renamed'
  | 'retyped'
  | 'narrowed'
  | 'required'
  | 'new rule'
  | 'changed rule'
  | 'dropped rule'
  | 'widened'
  | 'added'
  | 'another default'
  | 'profile'
  | 'kubeVersion'
  | 'dependency';

/** One difference between two versions of a chart that somebody who installs it may notice. */
export interface Change {
  readonly kind: ChangeKind;
  /** Whether something that was taken may be refused. */
  readonly breaking: boolean;
  /** What changed: a value's dotted path, a rule in words, a file. */
  readonly subject: string;
  /** What is new, and what was: `at least 1, was at least 0`. @default - the kind says it all */
  readonly what?: string;
  /** Keys of the subcharts that it is in, from the outside in. @default - the chart itself */
  readonly subchart?: readonly string[];
  /** What it does to somebody's values file. */
  readonly effect: string;
  /** Of a renamed value: the path that it probably has now. */
  readonly renamedTo?: string;
  /** Of another default: what it was. Absent where there was none. */
  readonly from?: Json;
  /** Of another default: what it is. Absent where there is none. */
  readonly to?: Json;
  /** Which values files it concerns. @default - none that was taken */
  readonly reach?: Reach;
}

/** The values files that a change concerns. */
export type Reach =
  /** Those that set `path` to what the JSON schema `must` refuses. */
  | { readonly files: 'that set'; readonly path: Path; readonly must: JsonObject }
  /** Those that, over the defaults, have at `path` what the JSON schema `must` refuses. */
  | { readonly files: 'that end up with'; readonly path: Path; readonly must: JsonObject }
  | { readonly files: 'that leave out'; readonly path: Path }
  | { readonly files: 'that break'; readonly rule: Rule };
