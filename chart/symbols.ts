import { type Choice, choiceOf } from './choice.ts';
import { compareBytes, type Json, type JsonObject, setKey } from './json.ts';
import { noteLook, refuseChange } from './looks.ts';
import type { Marks } from './marks.ts';
import { NumberSymbol } from './number-symbol.ts';
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

/** What lists and maps that are not empty have in them while compiling. */
export interface Elements {
  /** The turns of the elements. */
  turns(over: ValueReference): readonly string[];
  /** Keys that a map has besides the one that stands for all. */
  keys(map: ValueReference): readonly string[];
}

/** One element stands for all. */
export const ONE_ELEMENT: Elements = { turns: () => [''], keys: () => [] };

/** Strings, numbers and keys that are known after all, by the paths of their shapes. */
export type KnownValues = ReadonlyMap<string, string | number>;

export interface ValuesContext {
  readonly marks: Marks;
  readonly ask: Ask;
  readonly elements: Elements;
  readonly known?: KnownValues | undefined;
  /** Is told the path of each value that is read. */
  readonly onRead?: (path: string) => void;
}

/** The values that `build` gets while compiling: shaped as the schema says, marks for leaves, answers for choices. */
export function symbolicValues(shape: ObjectShape, context: ValuesContext): unknown {
  return symbolic(rootReference(shape), context);
}

export function symbolicRelease(marks: Marks, known: KnownValues = new Map()): Release {
  const text = (field: 'Name' | 'Namespace') =>
    known.get(`Release.${field}`) ?? marks.text({ kind: 'string', reference: releaseReference(field) });
  return Object.freeze({ name: text('Name') as string, namespace: text('Namespace') as string });
}

function symbolic(reference: ValueReference, context: ValuesContext): unknown {
  const { shape } = reference;
  const { marks, ask, elements, known } = context;
  if (shape.nullable) {
    const set = ask(choiceOf(reference, 'set'));
    return set === true ? symbolic({ ...reference, shape: notNull(shape) }, context) : null;
  }
  context.onRead?.(shape.path);
  const given = known?.get(shape.path);
  if (given !== undefined) return given;
  switch (shape.kind) {
    case 'object':
      return symbolicObject(reference, shape.fields, context);
    case 'string':
      return marks.text({ kind: 'string', reference });
    case 'quantity':
      return new NumberSymbol(
        reference,
        marks.text({ kind: 'quantity', reference }),
        marks.text({ kind: 'quantity text', reference }),
        typeof shape.fallback === 'number' ? shape.fallback : smallest(shape.number),
      );
    case 'number':
      return new NumberSymbol(
        reference,
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
      const all = elements
        .turns(reference)
        .map((turn) => symbolic(elementReference(scopeOver(reference, turn), shape.element), context));
      return SymbolicList.with(reference, all);
    }
    case 'map': {
      const filled = ask(choiceOf(reference, 'filled'));
      if (filled !== true) return unreadable({}, reference);
      const map: Record<string, unknown> = {};
      for (const turn of elements.turns(reference)) {
        const scope = scopeOver(reference, turn);
        const key = known?.get(shape.key.path) ?? marks.text({ kind: 'key', reference: keyReference(scope) });
        setKey(map, String(key), symbolic(elementReference(scope, shape.value), context));
      }
      for (const key of elements.keys(reference))
        setKey(map, key, symbolic(elementReference(scopeOver(reference, `=${key}`), shape.value), context));
      return unreadable(map, reference);
    }
    case 'opaque':
      return opaqueValue(nameOf(reference), marks.text({ kind: 'opaque', reference }), reference);
  }
}

/** A map whose keys are not known: it can be spread and listed, but not asked for one of them. */
function unreadable(map: Record<string, unknown>, reference: ValueReference): Record<string, unknown> {
  const handler: ProxyHandler<Record<string, unknown>> = {
    get(target, key) {
      look(key, handler.get!);
      return Reflect.get(target, key);
    },
    has(target, key) {
      look(key, handler.has!);
      return Reflect.has(target, key);
    },
    getOwnPropertyDescriptor(target, key) {
      look(key, handler.getOwnPropertyDescriptor!);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
    set(target, key, value) {
      refuseChange(reference, handler.set!);
      return Reflect.set(target, key, value);
    },
    deleteProperty(target, key) {
      refuseChange(reference, handler.deleteProperty!);
      return Reflect.deleteProperty(target, key);
    },
  };
  const look = (key: string | symbol, operation: (...args: never[]) => unknown) => {
    if (isPrinting() || typeof key === 'symbol' || key in Object.prototype || key === 'toJSON') return;
    if (!Object.hasOwn(map, key))
      noteLook({ reference, operation: `['${key}']`, always: true, clues: [key] }, operation);
  };
  return new Proxy(map, handler);
}

/** An object whose keys are read when they are asked for: only what a program looks at becomes a choice. */
function symbolicObject(
  parent: ValueReference,
  fields: Readonly<Record<string, Shape>>,
  context: ValuesContext,
): object {
  const object = {};
  for (const key of Object.keys(fields)) {
    const field = new SymbolicField(parent, key, fields[key]!, context);
    Object.defineProperty(object, key, {
      enumerable: true,
      get: () => field.value,
      set: function set() {
        refuseChange(field.reference, set);
      },
    });
  }
  return Object.preventExtensions(object);
}

/** A field of an object, whose value is made when it is read first. */
class SymbolicField {
  #known: { readonly value: unknown; readonly choices: readonly Choice[] } | undefined;

  constructor(
    private readonly parent: ValueReference,
    private readonly key: string,
    private readonly shape: Shape,
    private readonly context: ValuesContext,
  ) {}

  get reference(): ValueReference {
    return referenceTo(this.parent, this.key, this.shape);
  }

  get value(): unknown {
    const { context } = this;
    if (this.#known === undefined) {
      const choices: Choice[] = [];
      const value = symbolic(this.reference, {
        ...context,
        ask: (choice) => {
          choices.push(choice);
          return context.ask(choice);
        },
      });
      this.#known = { value, choices: [...choices] };
    } else {
      // Asked again, so that a branch that looks at values which others have looked at is seen to do so.
      for (const choice of this.#known.choices) context.ask(choice);
    }
    return this.#known.value;
  }
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
 * A list with one element, or none, that stands for a list of any length. What depends on other elements works on this
 * one alone, and is noted as a look into the list.
 */
class SymbolicList extends Array<unknown> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static with(reference: ValueReference, elements: readonly unknown[]): SymbolicList {
    const list = new SymbolicList(reference);
    for (const [i, element] of elements.entries()) list[i] = element;
    return list;
  }

  constructor(reference: ValueReference) {
    super();
    references.set(this, reference);
  }
}

const references = new WeakMap<SymbolicList, ValueReference>();

for (const method of [
  ...(['at', 'find', 'findIndex', 'findLast', 'findLastIndex', 'indexOf', 'lastIndexOf', 'includes'] as const),
  ...(['some', 'every', 'join', 'sort', 'toSorted', 'reverse', 'toReversed', 'slice', 'splice', 'toSpliced'] as const),
  ...(['with', 'reduce', 'reduceRight', 'pop', 'shift', 'unshift', 'fill', 'copyWithin', 'keys', 'entries'] as const),
]) {
  const original = Array.prototype[method] as (...args: unknown[]) => unknown;
  function looking(this: SymbolicList, ...args: unknown[]): unknown {
    noteLook({ reference: references.get(this)!, operation: `.${method}()`, always: true, clues: args }, looking);
    return original.apply(this, args);
  }
  Object.defineProperty(SymbolicList.prototype, method, { value: looking });
}

Object.defineProperty(SymbolicList.prototype, 'push', {
  value: function push(this: SymbolicList, ...elements: unknown[]) {
    refuseChange(references.get(this)!, push);
    return Array.prototype.push.apply(this, elements);
  },
});

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
