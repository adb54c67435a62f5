import type { Shape } from './shape.ts';

/**
 * A place that a template can read: `.Values.a.b`, `.Release.Name`, or, inside a `range`, the element or key of a
 * list or map and what is below it.
 */
export type Reference =
  | {
      readonly root: 'Values';
      readonly path: readonly string[];
      readonly id: string;
      readonly shape: Shape;
      readonly parent?: ValueReference;
    }
  | { readonly root: 'Release'; readonly path: readonly string[]; readonly id: string }
  | {
      readonly root: 'element';
      readonly scope: Scope;
      readonly path: readonly string[];
      readonly id: string;
      readonly shape: Shape;
      readonly parent?: ValueReference;
    }
  | { readonly root: 'key'; readonly scope: Scope; readonly id: string };

export type ValueReference = Extract<Reference, { shape: Shape }>;

/** One turn of a loop over a list or map. */
export interface Scope {
  /** Unique text, such as `backend.extraEnv[]`. */
  readonly id: string;
  readonly over: ValueReference;
  /** Which of several elements it stands for, or which of the loops over the same list: '' for the only one. */
  readonly turn: string;
  /** The loop around it, when the list is part of another element. */
  readonly parent?: Scope;
}

export function scopeOver(over: ValueReference, turn = ''): Scope {
  return { id: `${over.id}[]${turn}`, over, turn, parent: scopeOf(over) };
}

/** The same place with other turns in the loops around it. */
export function withTurns<R extends Reference>(reference: R, turnOf: (scope: Scope) => string): R;
export function withTurns(reference: Reference, turnOf: (scope: Scope) => string): Reference {
  if (reference.root !== 'element' && reference.root !== 'key') return reference;
  const scope = scopeWithTurns(reference.scope, turnOf);
  if (scope === reference.scope) return reference;
  if (reference.root === 'key') return keyReference(scope);
  if (reference.parent === undefined) return elementReference(scope, reference.shape);
  return fieldReference(withTurns(reference.parent, turnOf), reference.path.at(-1)!, reference.shape);
}

export function scopeWithTurns(scope: Scope, turnOf: (scope: Scope) => string): Scope {
  const over = withTurns(scope.over, turnOf);
  const turn = turnOf(scope);
  return over === scope.over && turn === scope.turn ? scope : scopeOver(over, turn);
}

export function scopeOf(reference: Reference): Scope | undefined {
  return reference.root === 'element' || reference.root === 'key' ? reference.scope : undefined;
}

/** A loop and those around it, the outermost first. */
export function scopeChain(scope: Scope | undefined): Scope[] {
  return scope === undefined ? [] : [...scopeChain(scope.parent), scope];
}

export function rootReference(shape: Shape): ValueReference {
  return { root: 'Values', path: [], id: '', shape };
}

export function elementReference(scope: Scope, shape: Shape): ValueReference {
  return { root: 'element', scope, path: [], id: scope.id, shape };
}

export function keyReference(scope: Scope): Reference {
  return { root: 'key', scope, id: `${scope.id}.key` };
}

export function fieldReference(parent: ValueReference, key: string, shape: Shape): ValueReference {
  return { ...parent, path: [...parent.path, key], id: parent.id === '' ? key : `${parent.id}.${key}`, shape, parent };
}

export function releaseReference(field: 'Name' | 'Namespace'): Reference {
  return { root: 'Release', path: [field], id: `Release.${field}` };
}

/** How messages name a value. */
export function nameOf(reference: Reference): string {
  if (reference.root === 'Release') return `release.${reference.path[0]!.toLowerCase()}`;
  return reference.root === 'key' ? `a key of ${nameOf(reference.scope.over)}` : `values.${valuePath(reference)}`;
}

/** The path of a value, whichever of several loops over a list it is taken from. */
export function valuePath({ id }: Reference): string {
  return id.replace(/\[\](@\d+|[\uE005\uE006])/g, '[]');
}

/** The shape of what a reference is to; undefined for what Helm knows of a release. */
export function shapeOf(reference: Reference): Shape | undefined {
  if (reference.root === 'Release') return undefined;
  if (reference.root !== 'key') return reference.shape;
  const { shape } = reference.scope.over;
  return shape.kind === 'map' ? shape.key : undefined;
}

/** The path in the schema of what a reference is to: `ports[].name`, `labels[key]`, `Release.Name`. */
export function pathOf(reference: Reference): string {
  return shapeOf(reference)?.path ?? reference.id;
}
