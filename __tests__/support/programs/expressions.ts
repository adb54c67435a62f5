import type { Condition, Entry, Expression, Item, Schema, Source } from './description.ts';
import type { Dice } from './dice.ts';
import type { Want } from './flavours.ts';
import { forbiddenOver } from './forbidden.ts';
import { KEYS, TEXTS } from './schemas.ts';
import { expand, findReference, isNullable, type Reference, type Scope, someGuard, withReferences } from './scope.ts';
import { isBelow, mentions } from './sensible.ts';

/** Writes random expressions. */
export class ExpressionWriter {
  #names = 0;
  #left: number;

  /** `size`: about how many expressions one call makes; `wild`: whether they may do what no template can say. */
  constructor(
    private readonly dice: Dice,
    readonly size: number,
    private readonly wild: boolean,
  ) {
    this.#left = size;
  }

  freshName(base: string): string {
    return `${base}${++this.#names}`;
  }

  /** What a place of a document holds. */
  wanted(want: Want, scope: Scope): Expression {
    this.#left = this.size;
    return this.#wanted(want, scope, 3);
  }

  #wanted(want: Want, scope: Scope, depth: number): Expression {
    switch (want) {
      case 'name':
      case 'text':
        return this.text(scope, depth);
      case 'number':
      case 'port':
        return this.#number(scope, depth, want === 'port');
      case 'leaf':
        return this.#leaf(scope, depth);
      case 'tree':
        return this.#tree(scope, depth);
      case 'map':
        return this.map(scope, depth, 'tree');
      case 'text map':
        return this.map(scope, depth, 'text');
      case 'filled text':
        return { kind: 'template', parts: [{ kind: 'literal', json: 'v' }, this.#plainText(scope)] };
      case 'filled text map':
        return this.map(scope, depth, 'filled text');
      case 'text list':
        return this.list(scope, depth, 'text');
      default:
        return this.list(scope, depth, want.listOf);
    }
  }

  text(scope: Scope, depth: number): Expression {
    const { dice } = this;
    const deep = this.#goesOn(depth);
    const known = findReference(dice, scope, 'string', 'enum');
    const nullable = this.#nullable(scope, 'string', 'enum');
    const local = scope.lets.filter(({ holds }) => holds === 'text');
    return dice.way<Expression>(
      [2, () => ({ kind: 'literal', json: dice.pick(TEXTS) })],
      [6, known && (() => this.#value(known))],
      [deep ? 4 : 0, () => this.#template(scope, depth)],
      [deep ? 3 : 0, this.#choose(scope, (inner) => this.text(inner, depth - 1))],
      [
        deep && nullable ? 2 : 0,
        () => ({ kind: 'coalesce', value: this.#value(nullable!), or: this.text(scope, depth - 1) }),
      ],
      [1, () => ({ kind: 'reference', text: dice.pick(['release.name', 'release.namespace']) })],
      [deep && !scope.inLoop ? 1 : 0, () => ({ kind: 'hash', of: this.map(scope, depth - 1, 'tree') })],
      [local.length > 0 ? 2 : 0, () => ({ kind: 'reference', text: dice.pick(local).name })],
    );
  }

  #plainText(scope: Scope): Expression {
    const known = findReference(this.dice, scope, 'string', 'enum');
    if (known === undefined || this.dice.chance(40)) return { kind: 'literal', json: this.dice.pick(TEXTS) };
    return this.#value(known);
  }

  #template(scope: Scope, depth: number): Expression {
    const { dice } = this;
    const parts = dice.times(1, 3, (): Expression[] => {
      const known = findReference(dice, scope, 'string', 'enum', 'number', 'quantity', 'boolean');
      const part = dice.way<Expression>(
        [5, known && (() => this.#value(known))],
        [1, () => ({ kind: 'reference', text: dice.pick(['release.name', 'release.namespace']) })],
        [depth > 1 ? 1 : 0, this.#choose(scope, (inner) => this.#plainText(inner))],
      );
      return dice.chance(70)
        ? [{ kind: 'literal', json: dice.pick(['-', ':', 'v', '/', ' % ', '{{', '"', 'ü\n']) }, part]
        : [part];
    });
    return { kind: 'template', parts: parts.flat() };
  }

  #number(scope: Scope, depth: number, port: boolean): Expression {
    const { dice } = this;
    const ports = scope.references.filter(({ schema }) => schema.kind === 'number schema' && schema.max === 65535);
    const known = port ? (ports.length > 0 ? dice.pick(ports) : undefined) : findReference(dice, scope, 'number');
    return dice.way<Expression>(
      [1, () => ({ kind: 'literal', json: dice.pick([1, 80, 443, 8080]) })],
      [5, known && (() => this.#value(known))],
      [this.#goesOn(depth) ? 1 : 0, this.#choose(scope, (inner) => this.#number(inner, depth - 1, port))],
    );
  }

  #leaf(scope: Scope, depth: number): Expression {
    const { dice } = this;
    const deep = this.#goesOn(depth);
    const scalars = ['number', 'quantity', 'boolean', 'enum', 'string'];
    const known = findReference(dice, scope, ...scalars);
    const nullable = this.#nullable(scope, ...scalars);
    const guard = deep ? someGuard(dice, scope) : undefined;
    return dice.way<Expression>(
      [2, () => ({ kind: 'literal', json: dice.pick([0, 1, -1, 0.5, 1e21, 1209600, true, false, null, '', 'x']) })],
      [3, () => this.text(scope, depth)],
      [6, known && (() => this.#value(known))],
      [1, nullable && (() => this.#value(nullable))],
      [deep ? 3 : 0, this.#choose(scope, (inner) => this.#leaf(inner, depth - 1))],
      [
        deep && nullable ? 2 : 0,
        () => ({ kind: 'coalesce', value: this.#value(nullable!), or: this.#leaf(scope, depth - 1) }),
      ],
      [1, guard && (() => ({ kind: 'condition', of: guard.when }))],
    );
  }

  #tree(scope: Scope, depth: number): Expression {
    const { dice } = this;
    if (!this.#goesOn(depth)) return this.#leaf(scope, depth);
    const whole = findReference(dice, scope, 'list', 'map', 'object', 'opaque', 'nullable', 'optional');
    return dice.way<Expression>(
      [5, () => this.#leaf(scope, depth)],
      [3, () => this.map(scope, depth - 1, 'tree')],
      [3, () => this.list(scope, depth - 1, 'tree')],
      [2, whole && (() => this.#value(whole))],
      [2, this.#choose(scope, (inner) => this.#tree(inner, depth - 1))],
    );
  }

  /** An object literal with its spreads. */
  map(scope: Scope, depth: number, of: Want): Expression {
    const { dice } = this;
    const deep = this.#goesOn(depth);
    const whole = findReference(dice, scope, 'map');
    if (whole !== undefined && this.#fits(whole, of) && dice.chance(15)) return this.#value(whole);
    if (deep && dice.chance(8))
      return this.#choose(scope, (inner) => this.map(inner, depth - 1, of))?.() ?? { kind: 'object', entries: [] };
    const entries = dice.times(dice.chance(12) ? 0 : 1, deep ? 4 : 2, () => this.#entry(scope, depth, of));
    return { kind: 'object', entries: withoutRepeatedKeys(entries) };
  }

  #entry(scope: Scope, depth: number, of: Want): Entry | undefined {
    const { dice } = this;
    const deep = this.#goesOn(depth);
    const guard = deep ? someGuard(dice, scope) : undefined;
    const spread = this.#spreadMap(scope, depth, of);
    return dice.way<Entry | undefined>(
      [
        8,
        () => ({
          kind: 'entry',
          key: { kind: 'literal', json: dice.pick(this.wild ? [...KEYS, '10'] : KEYS) },
          value: this.#optional(scope, depth, of),
        }),
      ],
      [spread ? 4 : 0, () => ({ kind: 'spread entries', value: spread! })],
      [
        4,
        guard &&
          (() => ({
            kind: 'optional entries',
            when: guard.when,
            value: this.map(guard.yes, depth - 1, of),
            and: dice.chance(25),
          })),
      ],
      [
        this.wild ? 2 : 0,
        () => ({ kind: 'entry', key: this.#template(scope, 1), value: this.#wanted(of, scope, depth - 1) }),
      ],
    );
  }

  /** A value, or undefined in some branch. */
  #optional(scope: Scope, depth: number, of: Want): Expression {
    const guard = this.#goesOn(depth) && this.dice.chance(12) ? someGuard(this.dice, scope) : undefined;
    if (guard === undefined) return this.#wanted(of, scope, depth - 1);
    return {
      kind: 'choose',
      when: guard.when,
      yes: this.#wanted(of, guard.yes, depth - 1),
      no: { kind: 'undefined' },
    };
  }

  #spreadMap(scope: Scope, depth: number, of: Want): Expression | undefined {
    const { dice } = this;
    const reference = findReference(dice, scope, 'map', 'map', 'object', 'nullable', 'optional');
    const fits = reference !== undefined && this.#fits(reference, of);
    const local = of === 'tree' ? scope.lets.filter(({ holds }) => holds === 'map') : [];
    const source = this.#source(scope, 'entries', ...(this.wild ? (['list'] as const) : []));
    return dice.way<Expression | undefined>(
      [fits ? 6 : 0, () => this.#value(reference!)],
      [local.length > 0 ? 2 : 0, () => ({ kind: 'reference', text: dice.pick(local).name })],
      [this.#goesOn(depth) && source ? 2 : 0, () => this.#fromEntries(source!, scope, depth, of)],
      [1, () => undefined],
    );
  }

  #fromEntries({ source, inner }: Loop, _: Scope, depth: number, of: Want): Expression {
    const { dice } = this;
    const element: Expression = { kind: 'reference', text: source.names[0]! };
    const own = source.from === 'entries' ? element : this.#elementText(source, inner);
    const prefixed: Expression = {
      kind: 'template',
      parts: [{ kind: 'literal', json: dice.pick(['x-', 'PRE_']) }, own],
    };
    return {
      kind: 'from entries',
      source,
      key: dice.chance(50) ? own : prefixed,
      value: this.#wanted(of, inner, depth - 1),
    };
  }

  /** Text of a loop's element. */
  #elementText(source: Source, scope: Scope): Expression {
    const name = source.names[0]!;
    const found = scope.references.find(
      ({ text, schema }) => schema.kind === 'string schema' && (text === name || text.startsWith(`${name}.`)),
    );
    return { kind: 'reference', text: found?.text ?? name };
  }

  /** A list literal with its spreads, or a list that is made of another. */
  list(scope: Scope, depth: number, of: Want | Readonly<Record<string, Want>>): Expression {
    const { dice } = this;
    const deep = this.#goesOn(depth);
    const mapped = deep ? this.#mapped(scope, depth, of) : undefined;
    if (mapped !== undefined && dice.chance(35)) return mapped;
    const whole = findReference(dice, scope, 'list');
    if (whole !== undefined && this.#fits(whole, of) && dice.chance(15)) return this.#value(whole);
    if (deep && dice.chance(8))
      return this.#choose(scope, (inner) => this.list(inner, depth - 1, of))?.() ?? { kind: 'list', items: [] };
    return {
      kind: 'list',
      items: dice.times(dice.chance(12) ? 0 : 1, deep ? 4 : 2, () => this.#item(scope, depth, of)),
    };
  }

  #item(scope: Scope, depth: number, of: Want | Readonly<Record<string, Want>>): Item {
    const { dice } = this;
    const deep = this.#goesOn(depth);
    const guard = deep ? someGuard(dice, scope) : undefined;
    const mapped = deep ? this.#mapped(scope, depth, of) : undefined;
    const whole = findReference(dice, scope, 'list');
    const local = of === 'tree' ? scope.lets.filter(({ holds }) => holds === 'list') : [];
    return dice.way<Item>(
      [8, () => ({ kind: 'item', value: this.#element(scope, depth - 1, of) })],
      [whole && this.#fits(whole, of) ? 3 : 0, () => ({ kind: 'spread items', value: this.#value(whole!) })],
      [mapped ? 3 : 0, () => ({ kind: 'spread items', value: mapped! })],
      [
        local.length > 0 ? 2 : 0,
        () => ({ kind: 'spread items', value: { kind: 'reference', text: dice.pick(local).name } }),
      ],
      [4, guard && (() => ({ kind: 'optional items', when: guard.when, value: this.list(guard.yes, depth - 1, of) }))],
    );
  }

  #element(scope: Scope, depth: number, of: Want | Readonly<Record<string, Want>>): Expression {
    if (typeof of === 'string' || 'listOf' in of) return this.#wanted(of as Want, scope, depth);
    const entries = Object.entries(of as Readonly<Record<string, Want>>).map(
      ([key, want]): Entry => ({
        kind: 'entry',
        key: { kind: 'literal', json: key },
        value: this.#wanted(want, scope, depth - 1),
      }),
    );
    return { kind: 'object', entries };
  }

  #mapped(scope: Scope, depth: number, of: Want | Readonly<Record<string, Want>>): Expression | undefined {
    const loop = this.#source(scope, 'list', 'list', 'entries', 'keys', 'values');
    if (loop === undefined) return undefined;
    const flat = this.dice.chance(10);
    const make = () => (flat ? this.list(loop.inner, depth - 1, of) : this.#element(loop.inner, depth - 1, of));
    return { kind: 'map', source: loop.source, item: this.#using(loop, make), flat };
  }

  /** What is made for each element, where it has to do with the element. */
  #using({ source, inner }: Loop, make: () => Expression): Expression {
    const item = make();
    if (source.names.some((name) => mentions(item, name)) || this.wild) return item;
    const [name] = source.names as [string];
    const own = inner.references.find(
      ({ text, schema }) => SCALARS.includes(schema.kind.split(' ')[0]!) && isBelow(text, name),
    );
    const element: Expression = { kind: 'reference', text: own?.text ?? name };
    if (item.kind === 'object') {
      const [first, ...rest] = item.entries;
      const key = first?.kind === 'entry' ? first.key : ({ kind: 'literal', json: 'of' } as const);
      return { kind: 'object', entries: [{ kind: 'entry', key, value: element }, ...rest] };
    }
    return item.kind === 'list' ? { kind: 'list', items: [...item.items, { kind: 'item', value: element }] } : element;
  }

  /** A loop over one of the lists or maps that are in scope. */
  loop(scope: Scope): Loop | undefined {
    return this.#source(scope, 'list', 'entries');
  }

  #source(scope: Scope, ...ways: readonly Source['from'][]): Loop | undefined {
    const { dice } = this;
    const from = dice.pick(ways);
    const reference = findReference(dice, scope, from === 'list' ? 'list' : 'map');
    if (reference === undefined) return undefined;
    const { text: over, schema } = reference;
    const of = (schema as Extract<Schema, { of: Schema }>).of;
    const key = from === 'entries' || from === 'keys' ? [this.freshName('key')] : [];
    const element = from === 'keys' ? [] : [this.freshName(from === 'list' ? 'item' : 'value')];
    const inner: Scope = {
      ...withReferences(scope, [
        ...key.flatMap((name) => expand(name, { kind: 'string schema' })),
        ...element.flatMap((name) => expand(name, of)),
      ]),
      inLoop: true,
    };
    const source: Source = { kind: 'source', from, over, names: [...key, ...element] };
    const own = {
      ...inner,
      references: inner.references.filter(({ text }) => source.names.some((name) => isBelow(text, name))),
      lets: [],
    };
    const guard = dice.chance(25) ? someGuard(dice, dice.chance(80) ? own : inner) : undefined;
    if (guard === undefined) return { source, inner };
    const narrowed = withReferences(inner, guard.yes.references);
    return { source: { ...source, filter: guard.when }, inner: narrowed };
  }

  condition(scope: Scope): Condition | undefined {
    return someGuard(this.dice, scope)?.when;
  }

  #choose(scope: Scope, make: (scope: Scope) => Expression): (() => Expression) | undefined {
    const guard = someGuard(this.dice, scope);
    if (guard === undefined) return undefined;
    return () => ({ kind: 'choose', when: guard.when, yes: make(guard.yes), no: make(guard.no) });
  }

  #nullable(scope: Scope, ...kinds: readonly string[]): Reference | undefined {
    const found = scope.references.filter(
      ({ schema }) => isNullable(schema) && kinds.some((kind) => schema.of.kind === `${kind} schema`),
    );
    return found.length === 0 ? undefined : this.dice.pick(found);
  }

  /** Whether a list or map has what is wanted there. */
  #fits({ schema }: Reference, of: Want | Readonly<Record<string, Want>>): boolean {
    if (schema.kind === 'nullable schema' || schema.kind === 'optional schema')
      return schema.of.kind === 'map schema' && this.#fits({ text: '', schema: schema.of }, of);
    if (of === 'tree') return true;
    return (
      of === 'text' &&
      (schema.kind === 'list schema' || schema.kind === 'map schema') &&
      schema.of.kind === 'string schema'
    );
  }

  #value({ text, schema }: Reference): Expression {
    const forbidden = this.wild && this.dice.chance(15) ? forbiddenOver(this.dice, schema) : undefined;
    return forbidden === undefined ? { kind: 'reference', text } : { kind: 'forbidden', code: forbidden, over: text };
  }

  #goesOn(depth: number): boolean {
    return depth > 0 && this.#left-- > 0;
  }
}

export interface Loop {
  readonly source: Source;
  /** What the loop's body can use. */
  readonly inner: Scope;
}

/** Kinds of values that are no lists or maps. */
const SCALARS: readonly string[] = ['string', 'number', 'quantity', 'boolean', 'enum'];

/** TypeScript refuses an object literal that has a key twice. */
function withoutRepeatedKeys(entries: readonly (Entry | undefined)[]): Entry[] {
  const taken = new Set<unknown>();
  return entries.filter((entry): entry is Entry => {
    if (entry?.kind !== 'entry' || entry.key.kind !== 'literal') return entry !== undefined;
    const repeated = taken.has(entry.key.json);
    taken.add(entry.key.json);
    return !repeated;
  });
}
