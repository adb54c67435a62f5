import { ChartError } from '../errors.ts';
import { fieldReference, rootReference, type ValueReference } from '../reference.ts';
import type { ObjectShape, Shape } from '../shape.ts';
import { listed, nearest } from './nearest.ts';

/**
 * The shape of the value at a path such as `backend.service.type`, `extraEnv[].name` or `extraEnv.name`. What is below
 * a map or below what passes through whole belongs to that.
 *
 * @throws ChartError with the paths that are most like it
 */
export function shapeAtPath(shape: ObjectShape, path: string): Shape {
  const found =
    path === ''
      ? undefined
      : path
          .replace(/\[(\d+|\*)?\]/g, '')
          .split('.')
          .reduce<Shape | undefined>(childOf, shape);
  if (found !== undefined) return found;
  const all = pathsIn(shape);
  const near = nearest(path, all);
  const way =
    near.length > 0
      ? `did you mean ${listed(near)}?`
      : `the values begin with ${listed(Object.keys(shape.fields), 'and')}`;
  throw new ChartError(`${path} is not a value; ${way}`);
}

function childOf(parent: Shape | undefined, key: string): Shape | undefined {
  switch (parent?.kind) {
    case 'object':
      if (Object.hasOwn(parent.fields, key)) return parent.fields[key];
      // A subchart takes more keys than are declared.
      return parent.rest === undefined ? undefined : parent;
    case 'list':
      return childOf(parent.element, key);
    case 'map':
      // What is not a field of every entry is the key of one.
      if (parent.value.kind !== 'object') return parent;
      return childOf(parent.value, key) ?? parent.value;
    case 'opaque':
      return parent;
    default:
      return undefined;
  }
}

function pathsIn(shape: Shape): string[] {
  if (shape.kind === 'list') return pathsIn(shape.element);
  if (shape.kind !== 'object') return [];
  return Object.values(shape.fields).flatMap((field) => [field.path, ...pathsIn(field)]);
}

/** What is in an object, down to what is no object; lists and maps are not looked into. */
export function leavesOf(shape: Shape): Shape[] {
  return shape.kind === 'object' ? Object.values(shape.fields).flatMap(leavesOf) : [shape];
}

/** How templates refer to a value; undefined for one in an element of a list or map. */
export function referenceAt(shape: ObjectShape, path: string): ValueReference | undefined {
  if (path.includes('[]')) return undefined;
  let reference = rootReference(shape);
  for (const key of path.split('.')) {
    const field = reference.shape.kind === 'object' ? reference.shape.fields[key] : undefined;
    if (field === undefined) return undefined;
    reference = fieldReference(reference, key, field);
  }
  return reference;
}
