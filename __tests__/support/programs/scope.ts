import type { Condition, Schema } from './description.ts';
import type { Dice } from './dice.ts';

/** A value that code can name at some place. */
export interface Reference {
  readonly text: string;
  readonly schema: Schema;
}

/** What a place of the program can use. */
export interface Scope {
  readonly references: readonly Reference[];
  /** Names of consts, by what they hold. */
  readonly lets: readonly { readonly name: string; readonly holds: 'text' | 'map' | 'list' | 'condition' }[];
  /** Whether it is inside a loop, or where else nothing can be hashed. */
  readonly inLoop: boolean;
}

/** A value and those below it that can be read without a test for null. */
export function expand(text: string, schema: Schema): Reference[] {
  const below =
    schema.kind === 'object schema'
      ? schema.fields.flatMap(({ key, schema: field }) => expand(member(text, key), field))
      : [];
  return [{ text, schema }, ...below];
}

function member(text: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`;
}

export function withReferences(scope: Scope, references: readonly Reference[]): Scope {
  const texts = new Set(references.map(({ text }) => text));
  return { ...scope, references: [...scope.references.filter(({ text }) => !texts.has(text)), ...references] };
}

/** One of the values of some kinds; those of the innermost loop are taken more often. */
export function findReference(dice: Dice, scope: Scope, ...kinds: readonly string[]): Reference | undefined {
  const found = scope.references.filter(({ schema }) => kinds.some((kind) => schema.kind === `${kind} schema`));
  if (found.length === 0) return undefined;
  return dice.chance(60) ? found[dice.between(Math.floor(found.length / 2), found.length - 1)]! : dice.pick(found);
}

export function isNullable(schema: Schema): schema is Extract<Schema, { of: Schema }> {
  return schema.kind === 'nullable schema' || schema.kind === 'optional schema';
}

/** A condition with what can be read where it holds, and where it does not. */
export interface Guard {
  readonly when: Condition;
  readonly yes: Scope;
  readonly no: Scope;
}

/** Something that can be asked here; undefined where nothing can. */
export function someGuard(dice: Dice, scope: Scope, depth = 2): Guard | undefined {
  if (depth > 0 && dice.chance(15)) return compound(dice, scope, depth);
  if (depth > 0 && dice.chance(15)) {
    const inner = someGuard(dice, scope, depth - 1);
    return inner && { when: { kind: 'not', of: inner.when }, yes: inner.no, no: inner.yes };
  }
  const conditionLets = scope.lets.filter(({ holds }) => holds === 'condition');
  const reference = findReference(dice, scope, 'boolean', 'enum', 'nullable', 'optional', 'list', 'map');
  if (conditionLets.length > 0 && (reference === undefined || dice.chance(30)))
    return plain(scope, { kind: 'is true', over: dice.pick(conditionLets).name });
  if (reference === undefined) return undefined;
  const { text: over, schema } = reference;
  switch (schema.kind) {
    case 'boolean schema':
      return plain(scope, { kind: 'is true', over });
    case 'enum schema':
      return plain(scope, { kind: 'is option', over, option: dice.pick(schema.options) });
    case 'list schema':
      return plain(scope, { kind: 'has items', over });
    case 'map schema':
      return plain(scope, { kind: 'has keys', over });
    case 'nullable schema':
    case 'optional schema':
      return {
        when: { kind: 'is set', over },
        yes: withReferences(scope, expand(over, schema.of)),
        no: scope,
      };
    default:
      return undefined;
  }
}

function plain(scope: Scope, when: Condition): Guard {
  return { when, yes: scope, no: scope };
}

function compound(dice: Dice, scope: Scope, depth: number): Guard | undefined {
  const left = someGuard(dice, scope, depth - 1);
  if (left === undefined) return undefined;
  if (dice.chance(60)) {
    const right = someGuard(dice, left.yes, depth - 1) ?? left;
    return { when: { kind: 'and', left: left.when, right: right.when }, yes: right.yes, no: scope };
  }
  const right = someGuard(dice, left.no, depth - 1) ?? left;
  return { when: { kind: 'or', left: left.when, right: right.when }, yes: scope, no: right.no };
}
