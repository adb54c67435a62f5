import { type Choice, choiceOf } from './choice.ts';
import { ChartError } from './errors.ts';
import { compareBytes, type Json, type JsonObject, setKey } from './json.ts';
import type { Marks } from './marks.ts';
import { isPrinting, opaqueValue } from './opaque.ts';
import type { Release } from './program.ts';
import {
  elementReference,
  fieldReference,
  keyReference,
  nameOf,
  releaseReference,
  rootReference,
  scopeOver,
  type ValueReference,
} from './reference.ts';
import { notNull, type ObjectShape, type Shape } from './shape.ts';

/** Gives a choice its concrete answer in one run, and remembers that it was asked. */
export type Ask = (choice: Choice) => boolean | string;

/** A number or quantity that is not known yet: a mark by itself, another inside text, its default as a number. */
export class NumberSymbol {
  constructor(
    readonly mark: string,
    readonly digits: string,
    readonly sample: number,
  ) {}

  [Symbol.toPrimitive](hint: string): number | string {
    return hint === 'number' ? this.sample : this.digits;
  }

  toString(): string {
    return this.digits;
  }

  toJSON(): string {
    return this.mark;
  }
}

/**
 * The values that `build` gets while compiling: shaped as the schema says, marks for leaves, answers for choices. Lists
 * and maps that are not empty have an element for each of the turns.
 */
export function symbolicValues(shape: ObjectShape, marks: Marks, ask: Ask, turns: readonly string[] = ['']): unknown {
  return symbolic(rootReference(shape), { marks, ask, turns });
}

export function symbolicRelease(marks: Marks): Release {
  return {
    name: marks.text({ kind: 'string', reference: releaseReference('Name') }),
    namespace: marks.text({ kind: 'string', reference: releaseReference('Namespace') }),
  };
}

interface Context {
  readonly marks: Marks;
  readonly ask: Ask;
  readonly turns: readonly string[];
}

function symbolic(reference: ValueReference, context: Context): unknown {
  const { shape } = reference;
  const { marks, ask, turns } = context;
  if (shape.nullable) {
    const set = ask(choiceOf(reference, 'set'));
    return set === true ? symbolic({ ...reference, shape: notNull(shape) }, context) : null;
  }
  switch (shape.kind) {
    case 'object':
      return symbolicObject(reference, shape.fields, context);
    case 'string':
      return marks.text({ kind: 'string', reference });
    case 'quantity':
      return new NumberSymbol(
        marks.text({ kind: 'quantity', reference }),
        marks.text({ kind: 'quantity text', reference }),
        typeof shape.fallback === 'number' ? shape.fallback : smallest(shape.number),
      );
    case 'number':
      return new NumberSymbol(
        marks.text({ kind: 'number', reference }),
        marks.text({ kind: 'digits', reference }),
        typeof shape.fallback === 'number' ? shape.fallback : smallest(shape),
      );
    case 'boolean':
      return ask(choiceOf(reference, 'boolean'));
    case 'enum':
      return ask(choiceOf(reference, 'enum'));
    case 'list': {
      const filled = shape.minItems > 0 || ask(choiceOf(reference, 'filled'));
      if (filled !== true) return new SymbolicList(reference);
      const elements = turns.map((turn) =>
        symbolic(elementReference(scopeOver(reference, turn), shape.element), context),
      );
      return SymbolicList.with(reference, elements);
    }
    case 'map': {
      const filled = ask(choiceOf(reference, 'filled'));
      if (filled !== true) return unreadable({}, reference);
      const entries = turns.map((turn) => {
        const scope = scopeOver(reference, turn);
        const key = marks.text({ kind: 'key', reference: keyReference(scope) });
        return [key, symbolic(elementReference(scope, shape.value), context)];
      });
      return unreadable(Object.fromEntries(entries), reference);
    }
    case 'opaque':
      return opaqueValue(nameOf(reference), marks.text({ kind: 'opaque', reference }));
  }
}

/** A map whose keys are not known: it can be spread and listed, but not asked for one of them. */
function unreadable(map: Record<string, unknown>, reference: ValueReference): Record<string, unknown> {
  const refuse = (key: string | symbol) => {
    if (
      isPrinting() ||
      typeof key === 'symbol' ||
      key in Object.prototype ||
      key === 'toJSON' ||
      Object.hasOwn(map, key)
    )
      return;
    throw new ChartError(
      `${nameOf(reference)}['${key}'] cannot be read, because the keys are not known yet; spread the map, or give '${key}' a value of its own`,
    );
  };
  return new Proxy(map, {
    get(target, key) {
      refuse(key);
      return Reflect.get(target, key);
    },
    has(target, key) {
      refuse(key);
      return Reflect.has(target, key);
    },
    getOwnPropertyDescriptor(target, key) {
      refuse(key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
}

/** An object whose keys are read when they are asked for: only what a program looks at becomes a choice. */
function symbolicObject(parent: ValueReference, fields: Readonly<Record<string, Shape>>, context: Context): object {
  const object = {};
  for (const [key, shape] of Object.entries(fields)) {
    let known: { value: unknown; choices: readonly Choice[] } | undefined;
    Object.defineProperty(object, key, {
      enumerable: true,
      get: () => {
        if (known !== undefined) {
          // Asked again, so that a branch that looks at values which others have looked at is seen to do so.
          for (const choice of known.choices) context.ask(choice);
          return known.value;
        }
        const choices: Choice[] = [];
        const ask: Ask = (choice) => {
          choices.push(choice);
          return context.ask(choice);
        };
        const value = symbolic(referenceTo(parent, key, shape), { ...context, ask });
        known = { value, choices: [...choices] };
        return value;
      },
    });
  }
  return object;
}

/** A field has one reference from each parent, however often it is read. */
function referenceTo(parent: ValueReference, key: string, shape: Shape): ValueReference {
  let known = fieldReferences.get(shape);
  if (known?.parent?.id !== parent.id || known.parent.shape !== parent.shape) {
    known = fieldReference(parent, key, shape);
    fieldReferences.set(shape, known);
  }
  return known;
}

const fieldReferences = new WeakMap<Shape, ValueReference>();

function smallest(shape: Extract<Shape, { kind: 'number' }>): number {
  if (Number.isFinite(shape.min.value) && shape.min.value > 0) return shape.min.value;
  return Math.min(1, shape.max.value);
}

/**
 * A list with one element, or none, that stands for a list of any length. What cannot be said in a template without
 * knowing the other elements is refused.
 */
export class SymbolicList extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static with(reference: ValueReference, elements: readonly unknown[]): SymbolicList {
    const list = new SymbolicList(reference);
    list.push(...elements);
    return list;
  }

  constructor(reference: ValueReference) {
    super();
    references.set(this, reference);
  }
}

const references = new WeakMap<SymbolicList, ValueReference>();

for (const method of [
  ...['at', 'find', 'findIndex', 'findLast', 'findLastIndex', 'indexOf', 'lastIndexOf', 'includes', 'some', 'every'],
  ...['join', 'sort', 'toSorted', 'reverse', 'toReversed', 'slice', 'splice', 'toSpliced', 'with', 'reduce'],
  ...['reduceRight', 'pop', 'shift', 'unshift', 'fill', 'copyWithin', 'keys', 'entries'],
]) {
  Object.defineProperty(SymbolicList.prototype, method, {
    value(this: SymbolicList) {
      throw new ChartError(
        `${nameOf(references.get(this)!)}.${method}() cannot be said in a template; use .map, .filter, spread, or the emptiness of the list (.length > 0)`,
      );
    },
  });
}

/** Concrete values as `build` gets them: maps in byte order as Go's `range` has them, opaque values wrapped. */
export function concreteValues(shape: Shape, value: Json, wrap: (name: string, value: Json) => unknown): unknown {
  if (value === null) return null;
  switch (shape.kind) {
    case 'object': {
      const object: Record<string, unknown> = {};
      for (const [key, field] of Object.entries(shape.fields))
        setKey(object, key, concreteValues(field, (value as JsonObject)[key]!, wrap));
      return object;
    }
    case 'list':
      return (value as Json[]).map((element) => concreteValues(shape.element, element, wrap));
    case 'map': {
      const map: Record<string, unknown> = {};
      const keys = Object.keys(value).sort(compareBytes);
      for (const key of keys) setKey(map, key, concreteValues(shape.value, (value as JsonObject)[key]!, wrap));
      // JavaScript lists keys that are integers first, whatever the order they came in.
      return keys.some((key) => /^\d+$/.test(key)) ? new Proxy(map, { ownKeys: () => keys }) : map;
    }
    case 'opaque':
      return wrap(`values.${shape.path}`, value);
    default:
      return value;
  }
}
