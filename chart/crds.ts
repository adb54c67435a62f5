import { ChartError } from './errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { parseValuesFile } from './values-file.ts';
import { yamlDocuments } from './yaml-writer.ts';

/** File name in crds/ -> YAML as it is written there, or plain objects. */
export type Crds = Readonly<Record<string, string | readonly object[]>>;

/**
 * Checks that files hold CustomResourceDefinitions.
 *
 * @throws ChartError for a file name that Helm skips, for something else than a definition, and for one that is there twice.
 */
export function checkCrds(crds: Crds): void {
  const known = new Map<string, string>();
  for (const [file, content] of Object.entries(crds)) {
    if (!/^[\w-][\w.-]*\.(ya?ml|json)$/.test(file)) {
      throw new ChartError(`'${file}' is no name for a file of CRDs; expected one such as widgets.yaml`);
    }
    const objects = objectsIn(file, content);
    if (objects.length === 0) throw new ChartError(`crds/${file} has no object; expected a CustomResourceDefinition`);
    for (const object of objects) {
      const name = nameOf(object, file);
      const other = known.get(name);
      if (other !== undefined) {
        throw new ChartError(`crds/${file} has ${name}, which is in crds/${other} as well; leave one of them out`);
      }
      known.set(name, file);
    }
  }
}

/** The text of each file in crds/. */
export function crdFiles(crds: Crds): Map<string, string> {
  return new Map(
    Object.entries(crds).map(([file, content]) => [
      `crds/${file}`,
      typeof content === 'string' ? content : yamlDocuments(plain(content)),
    ]),
  );
}

/** All definitions. */
export function crdObjects(crds: Crds): JsonObject[] {
  return Object.entries(crds).flatMap(([file, content]) => objectsIn(file, content));
}

function objectsIn(file: string, content: string | readonly object[]): JsonObject[] {
  if (typeof content !== 'string') return plain(content) as JsonObject[];
  const lines = content.split(/(?<=\n)/);
  const starts = [0, ...lines.flatMap((line, i) => (/^---(\s+#.*)?$/.test(line.trimEnd()) ? [i + 1] : []))];
  return starts
    .map((start, i) => {
      const end = i + 1 < starts.length ? starts[i + 1]! - 1 : lines.length;
      // Errors give the line in the whole file.
      return '\n'.repeat(start) + lines.slice(start, end).join('');
    })
    .map((document) => parseValuesFile(document, `crds/${file}`))
    .filter((object) => Object.keys(object).length > 0);
}

function plain(objects: readonly object[]): Json[] {
  return JSON.parse(JSON.stringify(objects)) as Json[];
}

function nameOf(object: JsonObject, file: string): string {
  const { apiVersion, kind, metadata } = object;
  const name = isObject(metadata) ? metadata.name : undefined;
  if (kind !== 'CustomResourceDefinition' || apiVersion !== 'apiextensions.k8s.io/v1' || typeof name !== 'string') {
    const what = [apiVersion, kind, name].filter((part) => part !== undefined).join(' ');
    throw new ChartError(
      `crds/${file} has '${what}'; expected a CustomResourceDefinition of apiextensions.k8s.io/v1 with a name`,
    );
  }
  return name;
}
