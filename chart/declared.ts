import type { Shape } from './shape.ts';

/** A value as the schema declares it. */
export interface Declared {
  /** As messages name it: `values.ports[].name`, `a key of values.labels`, `release.name`. */
  readonly name: string;
  /** Undefined for what Helm knows of a release. */
  readonly shape?: Shape;
}

/** What a path such as `ports[].name`, `labels[key]` or `Release.Name` is the path of. */
export function declaredAt(path: string, shape: Shape): Declared {
  if (path.startsWith('Release.')) return { name: path.toLowerCase() };
  const isKey = path.endsWith('[key]');
  const name = isKey ? `a key of values.${path.slice(0, -'[key]'.length)}` : `values.${path}`;
  return { name, shape: shapeAt(path, shape) };
}

function shapeAt(path: string, shape: Shape): Shape | undefined {
  if (shape.path === path) return shape;
  return partsOf(shape)
    .map((part) => shapeAt(path, part))
    .find((found) => found !== undefined);
}

function partsOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case 'object':
      return Object.values(shape.fields);
    case 'list':
      return [shape.element];
    case 'map':
      return [shape.key, shape.value];
    default:
      return [];
  }
}
