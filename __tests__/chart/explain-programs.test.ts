import fc from 'fast-check';
import { explainValue } from '../../chart/explain/explain-value.ts';
import { type ExplainedProgram, explainedProgram } from '../../chart/explain/explained-program.ts';
import { findField } from '../../chart/explain/find-field.ts';
import { below, endOf, fieldOf, isOpenKey, type SlotPath } from '../../chart/explain/slot-path.ts';
import { SourceProject } from '../../chart/explain/source-project.ts';
import { leavesOf } from '../../chart/explain/value-path.ts';
import { ChartError, type Program } from '../../chart/index.ts';
import { valuePath } from '../../chart/reference.ts';
import { programs } from '../support/programs/arbitrary.ts';
import { programFrom } from '../support/programs/from-typescript.ts';
import { typescriptOf } from '../support/programs/typescript.ts';

const project = new SourceProject(process.cwd());
const source = { project, schema: { file: '__tests__/support/shop-program.ts', name: 'shopValues' } };
const texts = fc.sample(programs(), { numRuns: 20, seed: 1 }).map((each, i) => typescriptOf(each, `p${i}`));
const explained = texts.flatMap((text) => compiled(programFrom(text)));

afterAll(() => project.close());

test('most of the random programs can be explained', () => {
  expect(explained.length).toBeGreaterThan(8);
});

test('every field of a random program is found under the name that it is told by', () => {
  const lost = explained.flatMap((program) =>
    pathsOf(program).filter((path) => {
      const found = findField(path[0], fieldOf(path, program.exploration), program.exploration, program.evaluation);
      return !found.some((each) => each.length === path.length && each.every((slot, i) => slot === path[i]));
    }),
  );

  expect(lost.map((path) => endOf(path).id)).toEqual([]);
});

test('the lines of every leaf of a random program have its key and read each of its values', () => {
  const wrong = explained.flatMap((program) =>
    pathsOf(program)
      .filter((path) => endOf(path).children.length === 0)
      .flatMap((path) => {
        const text = program.lines
          .of(path)
          .map(({ file, from, to }) =>
            program.files
              .get(file)!
              .split('\n')
              .slice(from - 1, to)
              .join('\n'),
          )
          .join('\n');
        const missing = wordsOf(path, program).filter((word) => !text.includes(word));
        return missing.map((word) => `${endOf(path).id}: ${word}`);
      }),
  );

  expect(wrong).toEqual([]);
});

test('every value of a random program is told with the fields that are made of it', () => {
  const untold = explained.flatMap((program) => {
    const told = new Set(
      leavesOf(program.shape).flatMap(({ path }) =>
        explainValue(path, program).uses.map(({ object, field }) => `${path} in ${object} ${field}`),
      ),
    );
    const made = pathsOf(program).flatMap((path) =>
      valuesIn(path, program).map(
        (value) => `${value} in ${program.objects.of(path[0]).name} ${fieldOf(path, program.exploration)}`,
      ),
    );
    return made.filter((each) => !told.has(each));
  });

  expect(untold).toEqual([]);
});

function compiled(program: Program): ExplainedProgram[] {
  try {
    return [explainedProgram(program, source)];
  } catch (error) {
    if (error instanceof ChartError) return [];
    throw error;
  }
}

function pathsOf({ objects }: ExplainedProgram): SlotPath[] {
  return objects.all.flatMap(({ slot }) => pathsBelow([slot]));
}

function pathsBelow(path: SlotPath): SlotPath[] {
  const children = endOf(path).children.filter(({ kind }) => kind !== 'argument');
  return [path, ...children.flatMap((child) => pathsBelow(below(path, child)))];
}

/** A leaf's key, and the last keys of the values that it is made of; without what is escaped in templates. */
function wordsOf(path: SlotPath, { exploration }: ExplainedProgram): string[] {
  const last = endOf(path);
  const key = last.kind === 'key' && !isOpenKey(last, exploration) ? [JSON.stringify(last.key).slice(1, -1)] : [];
  const values = referencesIn(path, exploration).map((reference) => valuePath(reference).split('.').at(-1)!);
  return [...key, ...values].filter((word) => !word.includes('{{') && !word.endsWith('[]') && word !== 'key');
}

/** Paths of values, outside of lists and maps, that stand in a leaf. */
function valuesIn(path: SlotPath, { exploration }: ExplainedProgram): string[] {
  return referencesIn(path, exploration)
    .filter(({ root }) => root === 'Values')
    .map(({ id }) => id);
}

function referencesIn(path: SlotPath, { explorer }: ExplainedProgram['exploration']) {
  const texts = endOf(path).rows.map(({ value }) => (value.kind === 'leaf' ? String(value.json) : ''));
  return texts
    .flatMap((text) => explorer.marks.parts(text))
    .flatMap((part) => (typeof part === 'string' || part.kind === 'hash' ? [] : [part.reference]));
}
