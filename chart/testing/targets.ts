import { isText } from '../check-values.ts';
import { type Assignment, type Choice, YES } from '../choice.ts';
import type { Exploration } from '../exploration.ts';
import type { Explorer } from '../explore.ts';
import { agrees, isFilled, type Known } from '../known.ts';
import { place } from '../loops.ts';
import { nameOf, type Scope, type ValueReference } from '../reference.ts';
import { emptying } from '../refine.ts';
import { stringsOf } from '../samples.ts';
import { override, type Row, type Slot } from '../skeleton.ts';
import { type Aim, NO_AIM } from './aim.ts';

/** Something that cases have to reach, and how values get there. */
export interface Target {
  readonly id: string;
  readonly group: 'answer' | 'row' | 'loop' | 'meeting' | 'empty';
  /** What it is, for people. */
  readonly text: string;
  /** The narrower ones first. */
  readonly aims: readonly Aim[];
  /** Of a row: what stands there. */
  readonly row?: Row;
  /** Of a row: whether its slot has others. */
  readonly guarded?: boolean;
}

/** All that cases can reach of a program. */
export function targetsOf({ explorer, slots, loops }: Exploration): Target[] {
  const targets = [...explorer.choices.values()].flatMap((choice) => answersOf(choice, explorer));
  const visit = (slot: Slot, above: readonly Slot[], open: readonly Scope[]): void => {
    const opens = loops.get(slot) ?? [];
    const inside = [...open, ...opens];
    targets.push(...rowsOf(slot, above, inside, explorer), ...meetingsOf(slot, above, explorer));
    for (const scope of opens)
      targets.push(...turnsOf(scope, answersFor([...above, slot], inside, slot.witness.answers)));
    for (const child of slot.children) visit(child, [...above, slot], inside);
  };
  for (const slot of slots) visit(slot, [], []);
  for (const { slot, answers } of emptying(slots)) targets.push(...emptyOf(slot, answers, explorer));
  return [...new Map(targets.map((target) => [target.id, target])).values()];
}

export const answerId = (choice: Choice, option: number) => `answer ${choice.id} ${option}`;
export const rowId = (slot: Slot, row: Row) => `row ${slot.id} ${slot.rows.indexOf(row)}`;
export const loopId = (scope: Scope, turns: number) => `loop ${scope.id} ${Math.min(turns, 2)}`;
export const emptyId = (slot: Slot) => `empty ${slot.id}`;
export const meetingId = (map: Slot, one: Slot, other: Slot) =>
  `meeting ${map.id} ${[one.key, other.key].sort().join(' ')}`;

function answersOf(choice: Choice, explorer: Explorer): Target[] {
  return choice.options.map((_, option) => {
    const own = new Map([[choice.id, option]]);
    const reached = override(explorer.reachedBy.get(choice.id) ?? new Map(), own);
    return {
      id: answerId(choice, option),
      group: 'answer',
      text: answerText(choice, option),
      aims: [aimAt(own), aimAt(reached)],
    };
  });
}

/** The rows of a slot that values can choose: not those that its loops, or a null around their choices, rule out. */
function rowsOf(slot: Slot, above: readonly Slot[], open: readonly Scope[], explorer: Explorer): Target[] {
  const known: Known[] = open.map(isFilled);
  const rows = slot.rows.filter(
    (row) =>
      row.value.kind !== 'unreachable' &&
      known.every((each) => agrees(each, row)) &&
      slot.deps.every((id) => canBe(id, row.options, explorer)),
  );
  return rows.map((row) => {
    const all = override(slot.witness.answers, row.options);
    const answers = answersFor([...above, slot], open, all);
    const told = [...row.options].map(([id, option]) => answerText(explorer.choices.get(id)!, option));
    return {
      id: rowId(slot, row),
      group: 'row',
      text: `${place(slot)}${told.length === 0 ? '' : ` where ${told.join(' and ')}`}`,
      aims: [aimAt(answers), aimAt(all)],
      row,
      guarded: rows.length > 1,
    };
  });
}

/** Of all answers, those that what is at a slot depends on. */
function answersFor(slots: readonly Slot[], open: readonly Scope[], all: Assignment): Assignment {
  const ids = slots.flatMap(({ deps }) => deps).filter((id) => all.has(id));
  const loops = open.map(({ over }) => [`filled:${over.id}`, YES] as const);
  return new Map([...ids.map((id) => [id, all.get(id)!] as const), ...loops]);
}

/** Below null nothing is answered: there, one option stands for all. */
function canBe(id: string, options: Assignment, explorer: Explorer): boolean {
  const choice = explorer.choices.get(id)!;
  const unanswered = choice.kind === 'set' || choice.kind === 'filled' ? 1 : 0;
  return options.get(id) === unanswered || !isBelowNull(choice, options);
}

function isBelowNull({ kind, reference }: Choice, options: Assignment): boolean {
  const isNull = (at: ValueReference | undefined): boolean =>
    at !== undefined && (options.get(`set:${at.id}`) === 1 || isNull(at.parent));
  return kind === 'set' ? isNull(reference.parent) : isNull(reference);
}

/** A spread map and another child of the same map, which can have the same key. */
function meetingsOf(map: Slot, above: readonly Slot[], explorer: Explorer): Target[] {
  const targets = new Map<string, Target>();
  for (const key of map.winners?.keys() ?? []) {
    const one = map.children.find((child) => child.entry === key)!;
    for (const other of map.children.filter((child) => child !== one)) {
      const wanted = sharedKey(mapOf(one, explorer), mapOf(other, explorer) ?? other.key);
      const run = explorer.runs.find((each) => isThere(one, each) && isThere(other, each));
      if (wanted === undefined || run === undefined) continue;
      const deps = [...above, map, one, other].flatMap((each) => each.deps);
      const answers = new Map(deps.map((id) => [id, run.answers.get(id) ?? YES]));
      const id = meetingId(map, one, other);
      const text = `${place(map)}: ${[one, other].map((each) => keyText(each, explorer)).join(' and ')} with the same key`;
      targets.set(id, { id, group: 'meeting', text, aims: [{ ...aimAt(answers), wanted }] });
    }
  }
  return [...targets.values()];
}

/** The map in the values that a slot's key is a key of. */
function mapOf({ key }: Slot, explorer: Explorer): ValueReference | undefined {
  const mark = explorer.marks.whole(key);
  return mark?.kind === 'key' && mark.reference.root === 'key' ? mark.reference.scope.over : undefined;
}

/** What maps need for the same key to be in both; undefined where their schemas have none in common. */
function sharedKey(
  one: ValueReference | undefined,
  other: ValueReference | string,
): ReadonlyMap<string, readonly string[]> | undefined {
  if (one?.shape.kind !== 'map') return undefined;
  const { key } = one.shape;
  if (typeof other === 'string') return isText(key, other) ? new Map([[one.id, [other]]]) : undefined;
  if (other.shape.kind !== 'map') return undefined;
  const second = other.shape.key;
  const shared = stringsOf(key).find((each) => isText(second, each));
  return shared === undefined ? undefined : new Map([one.id, other.id].map((id) => [id, [shared]]));
}

function keyText(slot: Slot, explorer: Explorer): string {
  const map = mapOf(slot, explorer);
  return map === undefined ? `'${slot.key}'` : nameOf(map);
}

function isThere(slot: Slot, run: Parameters<Slot['lookUp']>[0]): boolean {
  return slot.lookUp(run).json !== undefined;
}

/** Not where what is empty is left out because of the answers that make it so. */
function emptyOf(slot: Slot, answers: Assignment, explorer: Explorer): Target[] {
  const all = override(slot.witness.answers, answers);
  const { json } = slot.lookUp(explorer.run(all));
  if (json === undefined && !slot.vanishes) return [];
  const text = `${place(slot)} with nothing in it`;
  return [{ id: emptyId(slot), group: 'empty', text, aims: [aimAt(answers), aimAt(all)] }];
}

function turnsOf(scope: Scope, answers: Assignment): Target[] {
  const { shape, id } = scope.over;
  const [least, most] = shape.kind === 'list' ? [shape.minItems, shape.maxItems ?? 2] : [0, 2];
  return [1, 2]
    .filter((turns) => turns >= Math.min(least, 2) && turns <= most)
    .map((turns) => ({
      id: loopId(scope, turns),
      group: 'loop',
      text: `${nameOf(scope.over)} with ${turns === 1 ? 'one element' : 'several elements'}`,
      aims: [{ ...aimAt(answers), lengths: new Map([[id, turns]]) }],
    }));
}

function aimAt(answers: Assignment): Aim {
  return { ...NO_AIM, answers };
}

function answerText(choice: Choice, option: number): string {
  const name = nameOf(choice.reference);
  const yes = choice.options[option] === true;
  switch (choice.kind) {
    case 'set':
      return `${name} is ${yes ? 'set' : 'null'}`;
    case 'filled':
      return `${name} is ${yes ? 'filled' : 'empty'}`;
    default:
      return `${name} is ${choice.options[option]}`;
  }
}
