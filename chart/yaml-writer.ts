import { isObject, type Json } from './json.ts';
import { yamlScalar } from './scalar.ts';

/** Objects as YAML documents, in the strings' one and only writer. */
export function yamlDocuments(objects: readonly Json[]): string {
  return objects.map((object) => `---\n${yamlBlock(object)}`).join('');
}

/** A value as YAML in block style, ending with a newline. */
export function yamlBlock(value: Json): string {
  const lines = blockLines(value);
  return lines === undefined ? `${inline(value)}\n` : `${lines.join('\n')}\n`;
}

/** The lines of a map or list that has something in it. */
function blockLines(value: Json): string[] | undefined {
  if (Array.isArray(value) && value.length > 0) return value.flatMap((item) => indented('- ', item));
  if (!isObject(value) || Object.keys(value).length === 0) return undefined;
  return Object.entries(value).flatMap(([key, each]) => {
    const lines = blockLines(each);
    return lines === undefined
      ? [`${yamlScalar(key)}: ${inline(each)}`]
      : [`${yamlScalar(key)}:`, ...lines.map((line) => `  ${line}`)];
  });
}

function indented(dash: string, item: Json): string[] {
  const [first, ...rest] = blockLines(item) ?? [inline(item)];
  return [dash + first, ...rest.map((line) => `  ${line}`)];
}

function inline(value: Json): string {
  if (Array.isArray(value)) return '[]';
  return isObject(value) ? '{}' : yamlScalar(value);
}
