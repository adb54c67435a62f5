import { z } from 'zod';
import { coverOf } from '../../chart/cover.ts';
import { Explorer } from '../../chart/explore.ts';
import { shapeOf } from '../../chart/shape.ts';
import { combinationsOf } from '../../chart/skeleton.ts';
import { configOf } from '../support/small-program.ts';

const options = ['1', '2', '3', '4'] as const;
const flag = z.boolean().default(true);
const mode = z.enum(options).default('1');

/** An explorer that has made its runs, and those of the cover. */
function covered(): Explorer {
  const shape = { a: flag, b: flag, c: flag, m: mode, n: mode, o: mode, p: mode };
  const program = configOf(shape, ({ a, b, c, m, n, o, p }) => ({ a, b, c, m, n, o, p }));
  const explorer = new Explorer(program, shapeOf(program.values));
  explorer.flipAll();
  for (const assignment of [...coverOf(explorer)]) explorer.run(assignment);
  return explorer;
}

/** The combinations of options that no run had. */
function missing(explorer: Explorer, ids: readonly string[]): string[] {
  const seen = new Set(explorer.runs.map(({ answers }) => ids.map((id) => answers.get(id)).join()));
  return combinationsOf(ids, explorer)
    .map((combination) => [...combination.values()].join())
    .filter((combination) => !seen.has(combination));
}

test('every two choices are answered in every way together', () => {
  const explorer = covered();
  const ids = [...explorer.choices.keys()];

  const pairs = ids.flatMap((id, i) => ids.slice(i + 1).map((other) => [id, other]));

  expect(pairs).toHaveLength(21);
  expect(pairs.flatMap((pair) => missing(explorer, pair))).toEqual([]);
});

test('three choices that are asked in a row are, too', () => {
  const explorer = covered();

  expect(missing(explorer, ['boolean:a', 'boolean:b', 'boolean:c'])).toEqual([]);
  expect(missing(explorer, ['enum:n', 'enum:o', 'enum:p'])).toEqual([]);
});

test('a combination that was run stands for itself alone', () => {
  const program = configOf({ m: mode, n: mode }, ({ m, n }) => ({ m, n }));
  const explorer = new Explorer(program, shapeOf(program.values));
  explorer.flipAll();
  explorer.run(new Map(['enum:m', 'enum:n'].map((id) => [id, 1])));
  for (const assignment of coverOf(explorer)) explorer.run(assignment);

  expect(missing(explorer, ['enum:m', 'enum:n'])).toEqual([]);
});

test('takes far fewer runs than there are combinations', () => {
  expect(covered().runs.length).toBeLessThan(200);
});

test('a combination counts once it was asked, and not where others took the program elsewhere', () => {
  const shape = { a: flag, b: flag, e: z.enum(options).nullable().default(null), m: mode, n: mode };
  const program = configOf(shape, ({ a, b, e, m, n }) => ({ m, n, ...(a ? { x: b ? 'x' : (e ?? 'none') } : {}) }));
  const explorer = new Explorer(program, shapeOf(program.values));
  explorer.flipAll();
  for (const assignment of coverOf(explorer)) explorer.run(assignment);

  expect(missing(explorer, ['enum:e', 'enum:m'])).toEqual([]);
  expect(missing(explorer, ['enum:e', 'enum:n'])).toEqual([]);
});

test('a combination is tried by itself where only others together have left it unasked', () => {
  const shape = { a: flag, b: flag, e: mode, m: mode, n: mode };
  const program = configOf(shape, (v) => {
    const { a, b, m, n } = v;
    return { a, b, m, n, ...(a || b ? { x: v.e } : {}) };
  });
  const explorer = new Explorer(program, shapeOf(program.values));
  explorer.flipAll();
  for (const assignment of coverOf(explorer)) explorer.run(assignment);

  const ids = [...explorer.choices.keys()];
  const pairs = ids.flatMap((id, i) => ids.slice(i + 1).map((other) => [id, other]));

  expect(pairs.flatMap((pair) => missing(explorer, pair))).toEqual([]);
});

test('leaves out the combinations of two enums of many options', () => {
  const letter = z.enum(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']).default('a');
  const program = configOf({ x: letter, y: letter }, ({ x, y }) => ({ x, y }));
  const explorer = new Explorer(program, shapeOf(program.values));
  explorer.flipAll();

  expect([...coverOf(explorer)]).toHaveLength(1);
});
