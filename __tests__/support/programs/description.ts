import type { Json } from '../../../chart/json.ts';

/** A cdk8s program as a tree, from which its TypeScript is printed. */
export interface ProgramDescription {
  /** Whether it may do what no template can say. */
  readonly wild: boolean;
  readonly fields: readonly Field[];
  readonly build: readonly Statement[];
  /** The lines of the notes; none where there are no notes. */
  readonly notes: readonly Expression[];
}

export interface Field {
  readonly kind: 'field';
  readonly key: string;
  readonly schema: Schema;
  /** `undefined` where the schema has no default. */
  readonly fallback?: Json;
}

export type Schema =
  | { readonly kind: 'string schema'; readonly min?: number; readonly pattern?: string }
  | { readonly kind: 'number schema'; readonly integer: boolean; readonly min?: number; readonly max?: number }
  | { readonly kind: 'quantity schema' | 'boolean schema' | 'opaque schema' }
  | { readonly kind: 'enum schema'; readonly options: readonly string[] }
  | { readonly kind: 'nullable schema' | 'optional schema'; readonly of: Schema }
  | { readonly kind: 'list schema'; readonly of: Schema; readonly min?: number }
  | { readonly kind: 'map schema'; readonly of: Schema; readonly keys?: string }
  | { readonly kind: 'object schema'; readonly fields: readonly Field[] };

export interface Document {
  readonly kind: 'document';
  readonly flavour: string;
  readonly id: Expression;
  readonly parts: readonly Part[];
}

export type Statement =
  | Document
  | {
      readonly kind: 'if';
      readonly when: Condition;
      readonly yes: readonly Statement[];
      readonly no: readonly Statement[];
    }
  | { readonly kind: 'for'; readonly over: Source; readonly body: readonly Statement[] }
  /** `const { a, b } = values;` */
  | { readonly kind: 'destructure'; readonly names: readonly string[]; readonly from: string }
  | { readonly kind: 'let'; readonly name: string; readonly value: Expression | Condition }
  /** `const name = []; if (when) name.push(item);` */
  | { readonly kind: 'push'; readonly name: string; readonly item: Expression }
  /** `Object.assign(name, value)` */
  | { readonly kind: 'assign'; readonly name: string; readonly value: Expression };

/** What a document's flavour is filled with, such as `data`. */
export interface Part {
  readonly kind: 'part';
  readonly name: string;
  readonly value: Expression;
}

/** What `.map` goes over, and the names in its callback. */
export interface Source {
  readonly kind: 'source';
  readonly from: 'list' | 'entries' | 'keys' | 'values';
  readonly over: string;
  /** One name, or key and value for entries. */
  readonly names: readonly string[];
  readonly filter?: Condition;
}

export type Expression =
  | { readonly kind: 'literal'; readonly json: Json }
  | { readonly kind: 'undefined' }
  | { readonly kind: 'reference'; readonly text: string }
  | { readonly kind: 'template'; readonly parts: readonly Expression[] }
  | { readonly kind: 'choose'; readonly when: Condition; readonly yes: Expression; readonly no: Expression }
  | { readonly kind: 'coalesce'; readonly value: Expression; readonly or: Expression }
  | { readonly kind: 'object'; readonly entries: readonly Entry[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'map'; readonly source: Source; readonly item: Expression; readonly flat: boolean }
  | { readonly kind: 'from entries'; readonly source: Source; readonly key: Expression; readonly value: Expression }
  | { readonly kind: 'condition'; readonly of: Condition }
  | { readonly kind: 'hash'; readonly of: Expression }
  /** Code around `#`, a value's place. */
  | { readonly kind: 'forbidden'; readonly code: string; readonly over: string };

export type Entry =
  | { readonly kind: 'entry'; readonly key: Expression; readonly value: Expression }
  | { readonly kind: 'spread entries'; readonly value: Expression }
  /** `...(when ? value : {})` or `...(when && value)` */
  | { readonly kind: 'optional entries'; readonly when: Condition; readonly value: Expression; readonly and: boolean };

export type Item =
  | { readonly kind: 'item'; readonly value: Expression }
  | { readonly kind: 'spread items'; readonly value: Expression }
  | { readonly kind: 'optional items'; readonly when: Condition; readonly value: Expression };

export type Condition =
  | { readonly kind: 'is true' | 'is set' | 'has items' | 'has keys'; readonly over: string }
  | { readonly kind: 'is option'; readonly over: string; readonly option: string }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'and' | 'or'; readonly left: Condition; readonly right: Condition };

export type Node = Field | Schema | Statement | Part | Source | Expression | Entry | Item | Condition;

/** The kinds of nodes below a part of a program, each once. */
export function kindsIn(part: unknown): Set<string> {
  const kinds = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const each of value) visit(each);
      return;
    }
    const { kind, from, flavour, code, and, flat } = value as Record<string, unknown>;
    if (typeof kind === 'string') {
      kinds.add(kind === 'source' ? `map over ${from}` : kind === 'document' ? `document ${flavour}` : kind);
      if (kind === 'forbidden') kinds.add(`forbidden ${code}`);
      if (and === true) kinds.add('entries behind &&');
      if (flat === true) kinds.add('flatMap');
    }
    for (const [key, inner] of Object.entries(value)) if (key !== 'json' && key !== 'fallback') visit(inner);
  };
  visit(part);
  return kinds;
}
