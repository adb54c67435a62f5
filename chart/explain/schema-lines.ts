import { SignatureKind, type Type } from 'typescript/unstable/sync';
import { ChartError } from '../errors.ts';
import type { SourceLine, SourceProject } from './source-project.ts';

/** Where a program's values schema is: a zod object, or a function that returns one. */
export interface SchemaSource {
  /** Path below the project's root. */
  readonly file: string;
  /** The name that it is exported under. */
  readonly name: string;
}

/**
 * Where the value at a path is declared: the lines that have its key. They are found by TypeScript's types, as an editor
 * goes to a definition; more than one means that the types do not tell which.
 *
 * @throws ChartError when the module exports no such schema
 */
export function schemaLines(path: string, schema: SchemaSource, project: SourceProject): SourceLine[] {
  let type: Type | undefined = schemaType(schema, project);
  let lines: SourceLine[] = [];
  for (const key of path.split('.')) {
    const shape: Type | undefined = type && shapeIn(type, project);
    const property: Property = shape && project.property(shape, key.replace(/(\[\])+$/, ''));
    if (property === undefined) return [];
    lines = property.keys.map((node) => project.lineOf(node));
    type = property.type;
  }
  return lines;
}

function schemaType({ file, name }: SchemaSource, project: SourceProject): Type {
  const { checker } = project;
  const symbol = project.exported(file, name);
  const type = symbol && checker.getTypeOfSymbol(symbol);
  if (type === undefined) throw new ChartError(`${file} exports no ${name}; expected the schema of the values there`);
  const [signature] = checker.getSignaturesOfType(type, SignatureKind.Call);
  return (signature && checker.getReturnTypeOfSignature(signature)) ?? type;
}

type Property = ReturnType<SourceProject['property']>;

/** The fields of a zod object, which may be nullable, have a default, or be the element of a list or map. */
function shapeIn(type: Type, project: SourceProject): Type | undefined {
  const shape = project.property(type, 'shape');
  if (shape !== undefined) return shape.type;
  const definition = project.property(type, 'def')?.type;
  const inner = ['innerType', 'element', 'valueType'].map(
    (key) => definition && project.property(definition, key)?.type,
  );
  const wrapped = inner.find((each) => each !== undefined);
  return wrapped && shapeIn(wrapped, project);
}
