import type { Block, Branch } from './block.ts';
import { type Choice, YES } from './choice.ts';
import { and, type Case, type Condition, conditionFor, conditionText, decide, parenthesised } from './condition.ts';
import { ChartError } from './errors.ts';
import type { Explorer } from './explore.ts';
import {
  elementVariable,
  expressionOf,
  formatted,
  goString,
  isMap,
  keyVariable,
  leafAction,
  type Position,
} from './expression.ts';
import type { Json } from './json.ts';
import { type Loops, place } from './loops.ts';
import type { Part } from './marks.ts';
import type { Scope, ValueReference } from './reference.ts';
import { yamlScalar } from './scalar.ts';
import { alwaysTruthy, type MapShape, type StringShape } from './shape.ts';
import { combinationsOf, hashArgument, type Row, type Slot } from './skeleton.ts';

/** Named templates that leaves refer to: the argument of a hash. */
export interface NamedBlock {
  readonly slot: Slot;
  readonly body: readonly Block[];
  /** The name is found once all blocks are known. */
  readonly placeholder: string;
}

/** Prints the merged tree as template blocks. */
export class Emitter {
  readonly arguments: NamedBlock[] = [];

  constructor(
    private readonly explorer: Explorer,
    private readonly loops: Loops,
    private readonly chart: string,
  ) {}

  /** A document: its guard, its loops and its object. */
  document(slot: Slot): Block[] {
    const repeated: Block[] = this.loops.has(slot) ? [{ kind: 'line', text: '---' }] : [];
    return this.#guarded(slot, { chart: this.chart, open: [] }, [], (at, row, known) => [
      ...repeated,
      ...this.#content(slot, row, at, known),
    ]);
  }

  /** A document that is text: its items are lines. */
  text(slot: Slot): Block[] {
    const at: Position = { chart: this.chart, open: [] };
    return slot.children.flatMap((line) =>
      this.#guarded(line, at, [], (inner, row) => [{ kind: 'line', text: this.#rawLine(leafOf(row), inner) }]),
    );
  }

  /** What stands at a slot, without a key or a dash. */
  #content(slot: Slot, row: Row, at: Position, known: readonly Known[]): Block[] {
    return this.#unlessEmpty(
      slot,
      row,
      at,
      known,
      (body) => [...body],
      (text) => [{ kind: 'line', text }],
    );
  }

  #item(slot: Slot, row: Row, at: Position, known: readonly Known[]): Block[] {
    return this.#unlessEmpty(
      slot,
      row,
      at,
      known,
      (body) => [{ kind: 'item', body }],
      (text) => [{ kind: 'item', body: [{ kind: 'line', text }] }],
    );
  }

  #keyed(slot: Slot, key: string, row: Row, at: Position, known: readonly Known[]): Block[] {
    return this.#unlessEmpty(
      slot,
      row,
      at,
      known,
      (body) => [{ kind: 'entry', key, body }],
      (text) => [{ kind: 'line', text: `${key}: ${text}` }],
    );
  }

  /** A leaf in one line; a map or list in several, or as {} or [] where nothing is in it. */
  #unlessEmpty(
    slot: Slot,
    row: Row,
    at: Position,
    known: readonly Known[],
    some: (body: readonly Block[]) => Block[],
    inOneLine: (text: string) => Block[],
  ): Block[] {
    if (row.value.kind === 'leaf') return inOneLine(this.#leaf(slot, row, at));
    const kind = row.value.kind === 'list' ? 'item' : 'key';
    const children = slot.children.filter((child) => child.kind === kind);
    const empty = kind === 'item' ? '[]' : '{}';
    const fullness = this.#fullness(children, at, known);
    switch (fullness.is) {
      case 'never':
        return inOneLine(empty);
      case 'always':
        return some(children.flatMap((child) => this.#child(slot, child, at, known, [])));
      case 'when': {
        const body = children.flatMap((child) => this.#child(slot, child, at, [...known, ...fullness.known], []));
        return [
          { kind: 'if', branches: [{ when: fullness.condition, body: some(body) }, { body: inOneLine(empty) }], at },
        ];
      }
      case 'found': {
        // Whether an element is left over shows only while the loop runs.
        const found: Block = { kind: 'line', text: '{{- $found = true }}' };
        const body = children.flatMap((child) => this.#child(slot, child, at, known, [found]));
        return some([
          { kind: 'line', text: '{{- $found := false }}' },
          ...body,
          {
            kind: 'if',
            branches: [{ when: { op: 'go', text: 'not $found' }, body: [{ kind: 'line', text: empty }] }],
            at,
          },
        ]);
      }
    }
  }

  #child(parent: Slot, slot: Slot, at: Position, known: readonly Known[], first: readonly Block[]): Block[] {
    return this.#guarded(slot, at, known, (inner, row, rows) => {
      if (slot.kind === 'item') return [...first, ...this.#item(slot, row, inner, rows)];
      const entry = this.#keyed(slot, this.#key(slot.key, inner), row, inner, rows);
      return [
        ...first,
        ...this.#withoutRivals(parent, slot, this.#withoutLosers(parent, slot, entry, inner, known), inner, known),
      ];
    });
  }

  /** When a map or list with these children has something in it. */
  #fullness(children: readonly Slot[], at: Position, known: readonly Known[]): Fullness {
    const conditions: Condition[] = [];
    const knowns: Known[] = [];
    let found = false;
    for (const child of children) {
      const opens = this.loops.get(child) ?? [];
      const there = this.#presence(child, [...known, ...opens.map(isFilled)]);
      if (there === false) continue;
      const filled = opens.length === 0 ? true : this.#filled(opens, known);
      if (there === true && filled === true) return { is: 'always' };
      const local = typeof there === 'object' && asks(there, opens);
      if (filled === undefined || local) found = true;
      else conditions.push(and([filled, there].filter((each) => typeof each === 'object')));
      knowns.push({
        ids: child.deps,
        allowed: child.rows.filter((row) => !isMissing(row)).map(({ options }) => options),
      });
    }
    if (conditions.length === 0 && !found) return { is: 'never' };
    if (this.#neverEmpty(children, known)) return { is: 'always' };
    if (found) return { is: 'found' };
    const distinct = [...new Map(conditions.map((each) => [conditionText(each, at), each])).values()];
    const condition: Condition = distinct.length === 1 ? distinct[0]! : { op: 'or', of: distinct };
    return { is: 'when', condition, known: knowns.length === 1 ? knowns : [] };
  }

  /** Whether each combination that is possible here, one by one, has some child. */
  #neverEmpty(children: readonly Slot[], known: readonly Known[]): boolean {
    const ids = [...new Set(children.flatMap(({ deps }) => deps))].filter(
      (id) => this.explorer.choices.get(id)!.scope === undefined,
    );
    const count = ids.reduce((product, id) => product * this.explorer.choices.get(id)!.options.length, 1);
    if (count > MOST_COMBINATIONS) return false;
    return combinationsOf(ids, this.explorer)
      .filter((options) => known.every((each) => agrees(each, { options })))
      .every((options) => {
        const exactly = [...known, { ids, allowed: [options] }];
        return children.some((child) => {
          const opens = this.loops.get(child) ?? [];
          const runs = opens.length === 0 || this.#filled(opens, exactly) === true;
          return runs && this.#presence(child, [...exactly, ...opens.map(isFilled)]) === true;
        });
      });
  }

  /** When one loop runs at all; undefined for loops in loops, which only show it while they run. */
  #filled(opens: readonly Scope[], known: readonly Known[]): Condition | true | undefined {
    const [scope, ...more] = opens;
    if (more.length > 0) return undefined;
    const choice = this.explorer.choices.get(`filled:${scope!.over.id}`);
    const sets = this.#ancestorsSet(scope!.over, known);
    if (choice === undefined || isImplied(known, choice.id)) return sets.length === 0 ? true : and(sets);
    return and([...sets, { op: 'is', choice, options: [YES] }]);
  }

  /** The conditions under which what is around a value is not null, as far as that is open. */
  #ancestorsSet(reference: ValueReference, known: readonly Known[]): Condition[] {
    if (reference.parent === undefined) return [];
    const choice = this.explorer.choices.get(`set:${reference.parent.id}`);
    const outer = this.#ancestorsSet(reference.parent, known);
    if (choice === undefined || isImplied(known, choice.id)) return outer;
    return [...outer, { op: 'is', choice, options: [YES] }];
  }

  /** Opens the slot's loops, then prints what its rows tell apart under the fewest questions. */
  #guarded(
    slot: Slot,
    at: Position,
    known: readonly Known[],
    print: (at: Position, row: Row, known: readonly Known[]) => Block[],
  ): Block[] {
    const opens = this.loops.get(slot) ?? [];
    const inner: Position = { ...at, open: [...at.open, ...opens] };
    const assumed = [...known, ...opens.map(isFilled)];
    const choices = slot.deps.map((id) => this.explorer.choices.get(id)!);
    const rows = slot.rows.filter(
      (row) => row.value.kind !== 'unreachable' && assumed.every((each) => agrees(each, row)),
    );
    const outside = choices.find(({ scope }) => scope !== undefined && !inner.open.some(({ id }) => id === scope.id));
    if (outside !== undefined) {
      throw new ChartError(
        `${place(slot)} depends on values.${outside.reference.id}, an element of a list, outside of that list; keep what depends on it inside the item that .map makes`,
      );
    }
    const present = rows.filter((row) => row.value.kind !== 'absent');
    if (present.length === 0) return [];
    const { label, rowOf } = this.#labels(slot, present, choices);
    const cases = rows.map((row): Case<Row> => ({ options: row.options, result: row }));
    const asked = decide(cases, choices, (row) => (row.value.kind === 'absent' ? 'absent' : 'present'));
    const there = conditionFor(asked, (row) => row.value.kind !== 'absent');
    const body = this.#chain(present, choices, label, inner, (row) => {
      const same = present.filter((other) => label(other) === label(row));
      return print(inner, rowOf(row), [...assumed, { ids: slot.deps, allowed: same.map((each) => each.options) }]);
    });
    const guarded: Block[] = typeof there === 'boolean' ? body : withGuard(there, body, inner);
    return opens.reduceRight<Block[]>((body, scope, i) => {
      const outer = { ...at, open: inner.open.slice(0, at.open.length + i) };
      const range: Block = { kind: 'range', header: this.#header(scope, outer, slot), body };
      const sets = this.#ancestorsSet(scope.over, [...known, ...opens.slice(0, i).map(isFilled)]);
      return sets.length === 0 ? [range] : withGuard(and(sets), [range], outer);
    }, guarded);
  }

  /** How rows are told apart, and the row that stands for those of the same label. */
  #labels(
    slot: Slot,
    present: readonly Row[],
    choices: readonly Choice[],
  ): { label: (row: Row) => string; rowOf: (row: Row) => Row } {
    const leaves = present.every(
      (row) => row.value.kind === 'leaf' && hashArgument(row.value.json, this.explorer) === undefined,
    );
    const own = leaves ? (this.#ownChoice(present, choices) ?? this.#fallback(present, choices)) : undefined;
    if (own !== undefined)
      return { label: () => 'own', rowOf: (row) => ({ ...row, value: { kind: 'leaf', json: own } }) };
    const families = familiesOf(slot, present);
    const label = (row: Row) => {
      if (row.value.kind !== 'leaf') return `${row.value.kind} ${families.get(row)}`;
      return hashArgument(row.value.json, this.explorer) === undefined
        ? `leaf ${JSON.stringify(row.value.json)}`
        : 'hash';
    };
    return { label, rowOf: (row) => row };
  }

  /** A leaf that always says what a choice answers, whole or with the same text around it: the choice's value itself. */
  #ownChoice(present: readonly Row[], choices: readonly Choice[]): Json | undefined {
    for (const choice of choices) {
      if (choice.kind !== 'enum' && choice.kind !== 'boolean') continue;
      if (new Set(present.map((row) => row.options.get(choice.id))).size < 2) continue;
      const answers = present.map((row) => ({
        json: leafOf(row),
        answer: choice.options[row.options.get(choice.id)!]!,
      }));
      const { reference } = choice;
      if (answers.every(({ json, answer }) => json === answer)) {
        return this.explorer.marks.text(
          choice.kind === 'enum' ? { kind: 'string', reference } : { kind: 'number', reference },
        );
      }
      const first = answers.find(({ json, answer }) => typeof json === 'string' && json.includes(String(answer)));
      if (first === undefined) continue;
      const [before, ...rest] = (first.json as string).split(String(first.answer));
      const after = rest.join(String(first.answer));
      if (answers.every(({ json, answer }) => json === `${before}${answer}${after}`)) {
        return `${before}${this.explorer.marks.text(choice.kind === 'enum' ? { kind: 'string', reference } : { kind: 'digits', reference })}${after}`;
      }
    }
    return undefined;
  }

  /** `a ?? b` over whole values: printed with `default`, where it means the same. */
  #fallback(present: readonly Row[], choices: readonly Choice[]): Json | undefined {
    for (const choice of choices) {
      if (choice.kind !== 'set' || !alwaysTruthy(choice.reference.shape)) continue;
      const when = (answer: boolean) => [
        ...new Set(present.filter((row) => choice.options[row.options.get(choice.id)!] === answer).map(leafOf)),
      ];
      const [set, ...others] = when(true);
      const [unset, ...more] = when(false);
      if (others.length > 0 || more.length > 0 || typeof set !== 'string' || typeof unset !== 'string') continue;
      const first = this.explorer.marks.whole(set);
      const second = this.explorer.marks.whole(unset);
      if (
        first === undefined ||
        second === undefined ||
        first.kind === 'hash' ||
        second.kind === 'hash' ||
        first.kind !== second.kind
      )
        continue;
      if (first.kind === 'opaque' || first.reference.id !== choice.reference.id) continue;
      this.#defaults.set(set, unset);
      return `${DEFAULT}${set}`;
    }
    return undefined;
  }

  readonly #defaults = new Map<string, string>();

  /** if, else if, else over what the rows are: each label once, the one that is easiest to ask for first. */
  #chain(
    present: readonly Row[],
    choices: readonly Choice[],
    label: (row: Row) => string,
    at: Position,
    print: (row: Row) => Block[],
  ): Block[] {
    const branches: Branch[] = [];
    for (let left = present; left.length > 0; ) {
      const labels = [...new Set(left.map(label))];
      if (labels.length === 1) {
        branches.push({ body: print(left[0]!) });
        break;
      }
      const decision = decide(
        left.map((row) => ({ options: row.options, result: row })),
        choices,
        label,
      );
      const [easiest] = labels
        .map((wanted) => ({ wanted, when: conditionFor(decision, (row) => label(row) === wanted) as Condition }))
        .sort((a, b) => effort(a.when) - effort(b.when));
      branches.push({ when: easiest!.when, body: print(left.find((row) => label(row) === easiest!.wanted)!) });
      left = left.filter((row) => label(row) !== easiest!.wanted);
    }
    return branches.length === 1 ? [...branches[0]!.body] : [{ kind: 'if', branches, at }];
  }

  #header(scope: Scope, at: Position, slot: Slot): string {
    const inner = { ...at, open: [...at.open, scope] };
    const over = expressionOf(scope.over, at);
    const element = elementVariable(scope, inner);
    if (!isMap(scope)) return `${element} := ${over}`;
    const keys = this.#winnersOver(slot);
    const map = this.explorer.choices.has(`set:${scope.over.id}`) ? `(${over} | default dict)` : parenthesised(over);
    const source = keys.length === 0 ? over : `omit ${map} ${keys.map(goString).join(' ')}`;
    return `${keyVariable(scope, inner)}, ${element} := ${source}`;
  }

  // ---- keys that meet those of a spread map

  readonly #omitted = new Map<Slot, readonly string[]>();

  #winnersOver(slot: Slot): readonly string[] {
    return this.#omitted.get(slot) ?? [];
  }

  /** In the loop over a map, leaves out the keys that others win. */
  #withoutLosers(map: Slot, slot: Slot, blocks: Block[], at: Position, known: readonly Known[]): Block[] {
    const winners = [...(map.winners?.get(slot.key) ?? [])];
    if (winners.length === 0) return blocks;
    const scope = this.#mapScope(slot, map, winners);
    const always: string[] = [];
    const guards: string[] = [];
    const sometimes = new Map<string, string[]>();
    for (const key of winners) {
      const rival = map.children.find((child) => child.kind === 'key' && child.key === key)!;
      const otherMap = this.#wholeKeyScope(key);
      if (otherMap !== undefined) guards.push(`hasKey ${expressionOf(otherMap.over, at)} ${keyVariable(scope, at)}`);
      else if (accepts((scope.over.shape as MapShape).key, key)) {
        const there = this.#presence(rival, known);
        const when = typeof there === 'boolean' ? '' : conditionText(there, at);
        if (there === true) always.push(key);
        else if (there !== false) sometimes.set(when, [...(sometimes.get(when) ?? []), key]);
      }
    }
    for (const [when, keys] of sometimes) {
      guards.push(`and ${parenthesised(when)} (eq ${keyVariable(scope, at)} ${keys.map(goString).join(' ')})`);
    }
    this.#omitted.set(slot, always);
    if (guards.length === 0) return blocks;
    const text =
      guards.length === 1 ? `not (${guards[0]})` : `not (or ${guards.map((guard) => `(${guard})`).join(' ')})`;
    return [{ kind: 'if', branches: [{ when: { op: 'go', text }, body: blocks }], at }];
  }

  /** A fixed key that a spread map overrides: only where the map is spread and does not have it. */
  #withoutRivals(map: Slot, slot: Slot, blocks: Block[], at: Position, known: readonly Known[]): Block[] {
    if (this.explorer.marks.parts(slot.key).some((part) => typeof part !== 'string')) return blocks;
    const guards: string[] = [];
    for (const rival of map.children) {
      const winners = map.winners?.get(rival.key);
      if (winners === undefined || winners.has(slot.key)) continue;
      const scope = this.#wholeKeyScope(rival.key);
      if (scope === undefined) throw this.#keysMeet(slot, rival.key);
      if (!accepts((scope.over.shape as MapShape).key, slot.key)) continue;
      const has = `hasKey ${expressionOf(scope.over, at)} ${goString(slot.key)}`;
      const there = this.#presence(rival, this.#isNullable(scope.over) ? known : [...known, isFilled(scope)]);
      if (there === false) continue;
      guards.push(there === true ? `not (${has})` : `not (and ${parenthesised(conditionText(there, at))} (${has}))`);
    }
    if (guards.length === 0) return blocks;
    const text = guards.length === 1 ? guards[0]! : `and ${guards.map(parenthesised).join(' ')}`;
    return [{ kind: 'if', branches: [{ when: { op: 'go', text }, body: blocks }], at }];
  }

  #isNullable(reference: ValueReference): boolean {
    const parent = reference.parent !== undefined && this.#isNullable(reference.parent);
    return parent || this.explorer.choices.has(`set:${reference.id}`);
  }

  #mapScope(slot: Slot, _map: Slot, winners: readonly string[]): Scope {
    const scope = this.#wholeKeyScope(slot.key);
    if (scope === undefined) throw this.#keysMeet(slot, winners[0]!);
    return scope;
  }

  /** The loop of a key that is exactly the key of a map. */
  #wholeKeyScope(key: string): Scope | undefined {
    const mark = this.explorer.marks.whole(key);
    return mark?.kind === 'key' && mark.reference.root === 'key' && isMap(mark.reference.scope)
      ? mark.reference.scope
      : undefined;
  }

  #keysMeet(slot: Slot, other: string): ChartError {
    return new ChartError(
      `${place(slot)}: keys made from elements stand beside the key '${this.explorer.marks
        .parts(other)
        .map((part) => (typeof part === 'string' ? part : '...'))
        .join('')}' and could be equal to it; put them into a map of their own`,
    );
  }

  /** When a key is there, as far as the choices around it leave open. */
  #presence(slot: Slot, known: readonly Known[]): Condition | boolean {
    const rows = slot.rows.filter(
      (row) => row.value.kind !== 'unreachable' && known.every((each) => agrees(each, row)),
    );
    const choices = slot.deps.map((id) => this.explorer.choices.get(id)!);
    if (rows.length === 0) return false;
    const decision = decide(
      rows.map((row) => ({ options: row.options, result: row })),
      choices,
      (row) => (row.value.kind === 'absent' ? 'absent' : 'present'),
    );
    return conditionFor(decision, (row) => row.value.kind !== 'absent');
  }

  // ---- leaves

  #key(key: string, at: Position): string {
    const parts = this.explorer.marks.parts(key);
    return parts.every((part) => typeof part === 'string') ? escapeBraces(yamlScalar(key)) : leafAction(parts, at);
  }

  #leaf(slot: Slot, row: Row, at: Position): string {
    const json = leafOf(row);
    if (typeof json !== 'string') return JSON.stringify(json);
    if (json.startsWith(DEFAULT)) return this.#withDefault(json.slice(DEFAULT.length), at);
    const parts = this.explorer.marks.parts(json);
    if (parts.every((part) => typeof part === 'string')) return escapeBraces(yamlScalar(json));
    const argument = slot.children.find((child) => child.kind === 'argument');
    if (hashArgument(json, this.explorer) !== undefined) return this.#hash(argument!, at);
    if (parts.some((part) => typeof part !== 'string' && part.kind === 'hash')) {
      throw new ChartError(`${place(slot)} has a sha256 inside a longer text; make it a value of its own`);
    }
    return leafAction(parts, at);
  }

  #withDefault(set: string, at: Position): string {
    const marks = [this.explorer.marks.whole(this.#defaults.get(set)!)!, this.explorer.marks.whole(set)!];
    const [unset, first] = marks.map((mark) => expressionOf((mark as { reference: ValueReference }).reference, at));
    const kind = marks[1]!.kind;
    return `{{ ${first} | default ${unset} | ${kind === 'number' || kind === 'quantity' ? 'toJson' : kind === 'digits' ? 'toJson | quote' : 'quote'} }}`;
  }

  #hash(argument: Slot, at: Position): string {
    if (at.open.length > 0) throw new ChartError(`${place(argument)} hashes inside a loop; hash outside of it`);
    const body = argument.rows.flatMap((row) => (row.value.kind === 'unreachable' ? [] : [row]));
    const isList = body.some((row) => row.value.kind === 'list');
    const blocks = this.#guarded(argument, at, [], (inner, row, rows) => this.#content(argument, row, inner, rows));
    const placeholder = `\uE002${this.arguments.length}\uE003`;
    this.arguments.push({ slot: argument, body: blocks, placeholder });
    return `{{ include "${placeholder}" . | ${isList ? 'fromYamlArray' : 'fromYaml'} | toJson | sha256sum | quote }}`;
  }

  #rawLine(json: Json, at: Position): string {
    const parts = this.explorer.marks.parts(String(json));
    return parts.map((part) => (typeof part === 'string' ? escapeBraces(part) : rawText(part, at))).join('');
  }
}

/** More combinations than this are not looked through for whether something is always there. */
const MOST_COMBINATIONS = 256;

/** Stands before a mark that is printed with `default`. */
const DEFAULT = '\uE004';

function rawText(part: Exclude<Part, string>, at: Position): string {
  const action = formatted([part], at);
  // `printf "%s" .Values.a` is `.Values.a` where nothing needs formatting.
  const [, value] = /^printf "%[sv]" (\S+)$/.exec(action) ?? [];
  return `{{ ${value ?? action} }}`;
}

/** Whether a map or list has something in it. */
type Fullness =
  | { readonly is: 'always' | 'never' }
  | { readonly is: 'when'; readonly condition: Condition; readonly known: readonly Known[] }
  /** It shows while its loops run. */
  | { readonly is: 'found' };

/** Whether a condition asks the elements of these loops. */
function asks(condition: Condition, opens: readonly Scope[]): boolean {
  if (condition.op === 'go') return false;
  if (condition.op !== 'is') return condition.of.some((each) => asks(each, opens));
  return opens.some(({ id }) => id === condition.choice.scope?.id);
}

/** What is known where a block is printed: only these combinations of choices are possible. */
interface Known {
  readonly ids: readonly string[];
  readonly allowed: readonly ReadonlyMap<string, number>[];
}

function agrees(known: Known, row: Pick<Row, 'options'>): boolean {
  const shared = known.ids.filter((id) => row.options.has(id));
  return (
    shared.length === 0 ||
    known.allowed.some((options) => shared.every((id) => options.get(id) === row.options.get(id)))
  );
}

function isImplied(known: readonly Known[], id: string): boolean {
  return known.some(({ ids, allowed }) => ids.includes(id) && allowed.every((options) => options.get(id) === YES));
}

/** Inside a loop, the list is not empty, and neither it nor what it is in is null. */
function isFilled(scope: Scope): Known {
  const ids = [`filled:${scope.over.id}`];
  for (let at: ValueReference | undefined = scope.over; at !== undefined; at = at.parent) ids.push(`set:${at.id}`);
  return { ids, allowed: [new Map(ids.map((id) => [id, YES]))] };
}

/** Lists, or maps, that have no child in common, not even over others, are different things, printed apart. */
function familiesOf(slot: Slot, present: readonly Row[]): ReadonlyMap<Row, number> {
  const families = new Map<Row, number>();
  const owner = new Map<Slot, number>();
  present.forEach((row, i) => {
    const known = { ids: slot.deps, allowed: [row.options] };
    const children = slot.children.filter((child) =>
      child.rows.some((each) => !isMissing(each) && agrees(known, each)),
    );
    const met = new Set(children.map((child) => owner.get(child)).filter((family) => family !== undefined));
    for (const [other, family] of families) if (met.has(family)) families.set(other, i);
    for (const [child, family] of owner) if (met.has(family)) owner.set(child, i);
    families.set(row, i);
    for (const child of children) owner.set(child, i);
  });
  return families;
}

function isMissing(row: Row): boolean {
  return row.value.kind === 'absent' || row.value.kind === 'unreachable';
}

function leafOf(row: Row): Json {
  return row.value.kind === 'leaf' ? row.value.json : null;
}

/** How much there is to read in a condition: its questions, and a little more where they are negated. */
function effort(condition: Condition): number {
  if (condition.op === 'go') return 1;
  if (condition.op !== 'is') return condition.of.reduce((sum, each) => sum + effort(each), 0);
  return condition.choice.options[condition.options[0]!] === false ? 1.1 : 1;
}

function withGuard(when: Condition, body: Block[], at: Position): Block[] {
  return [{ kind: 'if', branches: [{ when, body }], at }];
}

function accepts(shape: StringShape, key: string): boolean {
  const length = [...key].length;
  if (length < shape.minLength || length > (shape.maxLength ?? length)) return false;
  return shape.patterns.every((pattern) => new RegExp(pattern, 'u').test(key));
}

/** Literal text that Go would take for an action. */
function escapeBraces(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
