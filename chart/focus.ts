import { isText } from './check-values.ts';
import type { Assignment } from './choice.ts';
import type { Explorer } from './explore.ts';
import type { Json } from './json.ts';
import type { Release } from './program.ts';
import type { Reference } from './reference.ts';
import { smallNumbersOf, stringsOf } from './samples.ts';
import type { MapShape, Shape, StringShape } from './shape.ts';

/** What the values at some paths, of all those in a sample, are to be, in turn. */
export type Focuses = ReadonlyMap<string, readonly Json[]>;

/** For each run in which the program was first seen to look into values, what these could be. */
export function focusesOf(explorer: Explorer): { assignment: Assignment; focuses: Focuses }[] {
  const groups = new Map<Assignment, Map<string, readonly Json[]>>();
  for (const { look, answers } of explorer.looks.values()) {
    const focuses = groups.get(answers) ?? groups.set(answers, new Map()).get(answers)!;
    const shape = shapeLookedInto(look.reference);
    const candidates = candidatesFor(shape, look.clues);
    focuses.set(shape.path, [...new Set([...(focuses.get(shape.path) ?? []), ...candidates])]);
  }
  return [...groups].map(([assignment, focuses]) => ({ assignment, focuses }));
}

/** Of a list its elements, of a map its keys. */
function shapeLookedInto(reference: Reference): Shape {
  if (reference.root === 'Release') return reference.path[0] === 'Name' ? RELEASE.name : RELEASE.namespace;
  if (reference.root === 'key') return (reference.scope.over.shape as MapShape).key;
  const { shape } = reference;
  return shape.kind === 'list' ? shape.element : shape.kind === 'map' ? shape.key : shape;
}

/** What the program looks for comes first. */
function candidatesFor(shape: Shape, clues: readonly unknown[]): Json[] {
  switch (shape.kind) {
    case 'string':
      return [...textsWith(clues, shape), ...stringsOf(shape)];
    case 'number':
      return smallNumbersOf(shape).slice(0, SMALL);
    case 'quantity': {
      const numbers = candidatesFor(shape.number, clues);
      return candidatesFor(shape.text, clues).flatMap((text, i) => [text, ...numbers.slice(i, i + 1)]);
    }
    default:
      return [];
  }
}

/** Others are tried when these have shown nothing: a loop up to a large number takes for ever. */
const SMALL = 6;

function textsWith(clues: readonly unknown[], shape: StringShape): string[] {
  const texts = clues.filter((clue) => typeof clue === 'string');
  return texts.flatMap((text) => [text, `${text}a`, `a${text}`]).filter((text) => isText(shape, text));
}

const ANY_STRING = { kind: 'string', nullable: false, fixed: true, minLength: 1 } as const;

export const RELEASE_FIELDS = ['name', 'namespace'] as const;

/** What Helm takes for the name of a release, and Kubernetes for that of a namespace. */
export const RELEASE: Readonly<Record<keyof Release, StringShape>> = {
  name: {
    ...ANY_STRING,
    path: 'Release.Name',
    examples: ['sample', 'prod'],
    maxLength: 53,
    patterns: ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'],
  },
  namespace: {
    ...ANY_STRING,
    path: 'Release.Namespace',
    examples: ['default', 'prod', 'kube-system'],
    maxLength: 63,
    patterns: ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'],
  },
};
