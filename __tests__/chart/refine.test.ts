import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import type { Assignment } from '../../chart/choice.ts';
import { Explorer } from '../../chart/explore.ts';
import type { Program } from '../../chart/index.ts';
import { coverOf, emptying, mergedTree } from '../../chart/refine.ts';
import { shapeOf } from '../../chart/shape.ts';
import { combinationsOf, rowFor, type Slot, signature, valueFrom } from '../../chart/skeleton.ts';
import { configOf, programOf } from '../support/small-program.ts';

const flag = z.boolean().default(true);
const flags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i}`, flag])) as Record<
    'f0' | 'f1' | 'f2' | 'f3' | 'f4' | 'f5' | 'f6' | 'f7',
    typeof flag
  >;

function explored(program: Program) {
  const explorer = new Explorer(program, shapeOf(program.values));
  explorer.flipAll();
  const slots = mergedTree(explorer);
  return { explorer, slots, all: slots.flatMap(below) };
}

function below(slot: Slot): Slot[] {
  return [slot, ...slot.children.flatMap(below)];
}

/** The places where the tree says something else than build makes, for some answers to some choices. */
function wrong(
  { explorer, all }: ReturnType<typeof explored>,
  assignments: readonly Assignment[] = combinationsOf([...explorer.choices.keys()], explorer),
): string[] {
  const found = assignments.flatMap((assignment) => {
    const run = explorer.run(assignment);
    return all.filter((slot) => {
      const { json, reachable } = slot.lookUp(run);
      return (
        reachable &&
        signature(valueFrom(json), explorer) !== signature(rowFor(slot, assignment, explorer).value, explorer)
      );
    });
  });
  return [...new Set(found.map(({ id }) => id))];
}

test('what depends on two or three answers that are read at once is found, and depends on them alone', () => {
  const program = configOf(flags(8), ({ f0, f1, f2, f3, f4, f5, f6, f7 }) => ({
    two: !f0 && !f1 ? 'x' : 'y',
    three: !f2 && !f3 && !f4 ? 'x' : 'y',
    either: !f5 || !f6 ? 'x' : 'y',
    more: { both: !f0 && !f7 ? 'x' : 'y', ...(!f5 && f6 ? {} : { key: 'x' }) },
  }));

  const result = explored(program);

  const deps = Object.fromEntries(result.all.map(({ id, deps }) => [id, deps.map((each) => each.slice(-2)).join(' ')]));
  expect(result.explorer.runs).toHaveLength(256);
  expect(wrong(result)).toEqual([]);
  expect(deps).toMatchObject({
    'config data two': 'f0 f1',
    'config data three': 'f2 f3 f4',
    'config data either': 'f5 f6',
    'config data more both': 'f0 f7',
    'config data more key': 'f5 f6',
    config: '',
  });
});

test('so is what depends on pairs of many answers', () => {
  const program = configOf(flags(14), (values) => {
    const read: Record<string, boolean> = { ...values };
    return Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`pair${i}`, !read[`f${i}`] && !read[`f${i + 2}`] ? 'x' : 'y']),
    );
  });

  const result = explored(program);

  const pairs = result.all.filter(({ id }) => id.includes('pair')).map(({ deps }) => deps.map((id) => id.slice(9)));
  expect(pairs).toHaveLength(12);
  expect(pairs.every(([one, two, ...more]) => Number(two) - Number(one) === 2 && more.length === 0)).toBe(true);
  expect(result.explorer.runs.length).toBeLessThan(400);
});

test('the tree says what build does in every run, also in those that only fill the rows of another place', () => {
  const mode = z.enum(['a', 'b', 'c']).default('a');
  const program = configOf({ ...flags(8), mode }, ({ mode: m, f0, ...values }) => {
    const isUsual = Object.values<boolean>(values).every(Boolean);
    return { often: m === 'b' && !f0 ? 'x' : 'y', once: m === 'c' && !f0 && isUsual ? 'x' : 'y' };
  });

  const result = explored(program);

  const answers = result.explorer.runs.map((run) => run.answers);
  expect(answers.length).toBeGreaterThan(10);
  expect(wrong(result, answers)).toEqual([]);
});

test('maps and lists that can be empty are, by the fewest answers', () => {
  const program = configOf({ ...flags(3), mode: z.enum(['a', 'b', 'c']).default('a') }, ({ f0, f1, f2, mode }) => ({
    sometimes: { ...(f0 ? { a: 'x' } : {}), ...(mode === 'b' ? {} : { b: 'x' }) },
    never: { ...(f0 ? { a: 'x' } : {}), b: 'x' },
    neither: { ...(f1 ? { a: 'x' } : { b: 'x' }) },
    list: [...(f1 ? ['x'] : []), ...(f2 ? ['y'] : [])],
    together: { ...(f1 ? { a: 'x' } : {}), ...(f1 === f2 ? { b: 'x' } : {}) },
    leaf: 'x',
  }));

  const { slots } = explored(program);
  const found = [...emptying(slots)].map(({ slot, answers }) => [slot.id, [...answers].join(' ')]);

  expect(Object.fromEntries(found)).toEqual({
    'config data sometimes': 'boolean:f0,1 enum:mode,1',
    'config data list': 'boolean:f1,1 boolean:f2,1',
    'config data together': 'boolean:f1,1 boolean:f2,0',
  });
});

test('a map that is left out when it is empty is emptied with what it is in', () => {
  const program = programOf({ ...flags(12), more: flag }, (chart, { more, ...values }) => {
    const labels = Object.fromEntries(Object.entries(values).flatMap(([name, on]) => (on ? [[name, 'on']] : [])));
    const own = { labels, ...(more ? { more: 'on' } : {}) };
    new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', own } });
  });

  const { slots } = explored(program);
  const found = [...emptying(slots)].map(({ slot, answers }) => [slot.id, answers.size]);

  expect(found).toEqual([
    ['config metadata own', 13],
    ['config metadata own labels', 12],
  ]);
});

test('a map that is left out when it is empty, and by other answers as well, is one that these empty, too', () => {
  const program = programOf({ on: z.object(flags(12)).prefault({}), a: flag, b: flag, c: flag }, (chart, values) => {
    const labels = Object.fromEntries(Object.entries(values.on).flatMap(([name, on]) => (on ? [[name, 'on']] : [])));
    const own = { name: 'c', ...(values.a || values.b || values.c ? { labels } : {}) };
    new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap', metadata: own });
  });

  const result = explored(program);
  const answers = result.explorer.runs.map((run) => run.answers);
  const labels = result.all.find(({ id }) => id === 'config metadata labels')!;

  expect(wrong(result, answers)).toEqual([]);
  expect(labels).toMatchObject({ vanishes: true, deps: [] });
  expect(labels.children.map(({ deps }) => deps.length)).toEqual(Array(12).fill(4));
});

test('half of the random answers are mostly the default ones, and the others are of all kinds', () => {
  const program = configOf(flags(20), (values) => ({ ...values }));
  const { explorer } = explored(program);

  // Of twenty choices, in tenths.
  const rounds = [...coverOf(explorer, 400)].map(
    (round) => [...round.values()].filter((option) => option === 0).length,
  );
  const shares = [0, 1, 2, 3, 4, 5, 6, 7].map((turn) => {
    const own = rounds.filter((_, i) => i % 8 === turn);
    return Math.round((own.reduce((sum, each) => sum + each, 0) / own.length / 20) * 10);
  });

  expect(rounds).toHaveLength(400);
  expect(shares).toEqual([5, 9, 8, 9, 5, 9, 2, 9]);
});

test('of several options each is among the random answers, and choices are reached that others lead to', () => {
  const mode = z.enum(['a', 'b', 'c']).default('a');
  const flat = configOf({ mode }, (values) => ({ mode: values.mode }));
  const nested = configOf(flags(8), (values) => {
    const names = ['f0', 'f1', 'f2', 'f3', 'f4', 'f5', 'f6', 'f7'] as const;
    return { depth: String(names.findIndex((name) => values[name])) };
  });

  const modes = [...coverOf(explored(flat).explorer, 40)]
    .filter((_, i) => i % 2 === 0)
    .map((round) => round.get('enum:mode'));
  const depths = [...coverOf(explored(nested).explorer, 400)]
    .filter((_, i) => i % 8 === 2)
    .map((round) => [...round.values()].indexOf(0));

  expect(new Set(modes)).toEqual(new Set([0, 1, 2]));
  // One answer in five is another one, so that six in a row are no chance.
  expect(depths.filter((depth) => depth >= 6 || depth === -1).length).toBeGreaterThan(3);
});
