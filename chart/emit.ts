import type { Block, Branch } from './block.ts';
import type { Choice } from './choice.ts';
import { and, type Case, type Condition, conditionFor, decide } from './condition.ts';
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
  parenthesised,
  quantityAction,
  unparenthesised,
} from './expression.ts';
import type { Json } from './json.ts';
import { agrees, familiesOf, isFilled, isMissing, isThere, type Known } from './known.ts';
import { type Loops, place, usesLoopAround } from './loops.ts';
import { aroundWord, hasMark, type Part } from './marks.ts';
import { MeetingKeys } from './meeting-keys.ts';
import type { OptionalApis } from './optional-apis.ts';
import { asks, Presence, vanishesInLoop } from './presence.ts';
import { nameOf, type Scope, type ValueReference } from './reference.ts';
import { yamlScalar } from './scalar.ts';
import { alwaysTruthy } from './shape.ts';
import { hashArgument, type Row, type Slot } from './skeleton.ts';

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
  readonly #presence: Presence;
  readonly #keys: MeetingKeys;

  constructor(
    private readonly explorer: Explorer,
    private readonly loops: Loops,
    private readonly chart: string,
    private readonly apis: OptionalApis,
  ) {
    this.#presence = new Presence(explorer, loops);
    this.#keys = new MeetingKeys(explorer, this.#presence);
  }

  /** A document: its guards, its loops and its object. */
  document(slot: Slot): Block[] {
    const repeated: Block[] = this.loops.has(slot) ? [{ kind: 'line', text: '---' }] : [];
    return this.#guarded(slot, { chart: this.chart, open: [] }, [], (at, row, known) => {
      const body = [...repeated, ...this.#content(slot, row, at, known)];
      const served = this.apis.guard(slot, at, known);
      return served === undefined ? body : withGuard(served, body, at);
    });
  }

  /** A document that is text: its items are lines. */
  text(slot: Slot): Block[] {
    const at: Position = { chart: this.chart, open: [] };
    return this.#lines(slot.children, at);
  }

  #lines(lines: readonly Slot[], at: Position): Block[] {
    return lines.flatMap((line) =>
      this.#guarded(line, at, [], (inner, row) =>
        row.value.kind === 'each'
          ? this.#lines(line.children, inner)
          : [{ kind: 'line', text: this.#rawLine(leafOf(row), inner) }],
      ),
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
    const fullness = this.#presence.fullness(children, known);
    switch (fullness.is) {
      case 'never':
        return slot.vanishes ? [] : inOneLine(empty);
      case 'always':
        return some(children.flatMap((child) => this.#child(slot, child, at, known, [])));
      case 'when': {
        const body = children.flatMap((child) => this.#child(slot, child, at, [...known, ...fullness.known], []));
        const filled: Branch = { when: fullness.condition, body: some(body) };
        return [{ kind: 'if', branches: slot.vanishes ? [filled] : [filled, { body: inOneLine(empty) }], at }];
      }
      case 'found': {
        if (slot.vanishes) throw vanishesInLoop(slot);
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
      if (row.value.kind === 'each') {
        const whole = this.#presence.fullness(slot.children, rows).is === 'always';
        const items = slot.children.flatMap((item) => this.#child(slot, item, inner, rows, whole ? [] : first));
        return whole ? [...first, ...items] : items;
      }
      if (slot.kind === 'item') return [...first, ...this.#item(slot, row, inner, rows)];
      const opens = inner.open.slice(at.open.length);
      const inEachTurn = this.#settledOutside(opens, rows);
      this.#keys.requireDistinct(parent, slot, at, inner, inEachTurn);
      const entry = [...first, ...this.#keyed(slot, this.#key(slot.key, inner), row, inner, rows)];
      // One loop prints all of its branches, so that what it leaves out is left out of each.
      const inEachBranch = this.#settledOutside(opens, [...known, isThere(slot)]);
      const won = this.#keys.withoutLosers(parent, slot, entry, inner, inEachBranch);
      return this.#keys.withoutRivals(parent, slot, won, inner, inEachTurn);
    });
  }

  /** What is known whatever the element of these loops is. */
  #settledOutside(loops: readonly Scope[], known: readonly Known[]): Known[] {
    const isSettled = (id: string) => !loops.some((loop) => loop.id === this.explorer.choices.get(id)?.scope?.id);
    return known.map(({ ids, allowed }) => ({ ids: ids.filter(isSettled), allowed }));
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
    const present = rows.filter((row) => !isMissing(row));
    if (present.length === 0) return [];
    const { label, rowOf } = this.#labels(slot, present, choices);
    const cases = rows.map((row): Case<Row> => ({ options: row.options, result: row }));
    const asked = decide(cases, choices, (row) => (isMissing(row) ? 'absent' : 'present'));
    const there = conditionFor(asked, (row) => !isMissing(row));
    const body = this.#chain(present, choices, label, inner, (row) => {
      const same = present.filter((other) => label(other) === label(row));
      return print(inner, rowOf(row), [...assumed, { ids: slot.deps, allowed: same.map((each) => each.options) }]);
    });
    const guards = typeof there === 'boolean' ? [] : conjuncts(there);
    /** The guards that can be asked inside so many of the loops, and no further out. */
    const guardsIn = (count: number) => guards.filter((guard) => loopsAskedBy(guard, opens) === count);
    return opens.reduceRight<Block[]>(
      (body, scope, i) => {
        const outer = { ...at, open: inner.open.slice(0, at.open.length + i) };
        const range: Block = { kind: 'range', header: this.#header(scope, outer, slot), body };
        const sets = this.#presence.ancestorsSet(scope.over, [...known, ...opens.slice(0, i).map(isFilled)]);
        return withGuards([...sets, ...guardsIn(i)], [range], outer);
      },
      withGuards(guardsIn(opens.length), body, inner),
    );
  }

  /** How rows are told apart, and the row that stands for those of the same label. */
  #labels(
    slot: Slot,
    present: readonly Row[],
    choices: readonly Choice[],
  ): { label: (row: Row) => string; rowOf: (row: Row) => Row } {
    const own = this.#ownChoice(present, choices) ?? this.#fallback(present, choices);
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
      const { json: text, answer: word } = answers[0]!;
      const around = typeof text === 'string' ? aroundWord(text, String(word)) : undefined;
      if (around === undefined) continue;
      const [before, after] = around;
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
      if (first === undefined || second === undefined || first.kind === 'hash' || first.kind !== second.kind) continue;
      // As text it is asked whether it is a number first.
      if (first.kind === 'quantity text') continue;
      if (first.reference.id !== choice.reference.id) continue;
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
    for (let left = present; ; ) {
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
    if (!isMap(scope)) return `${element} := ${unparenthesised(over)}`;
    const keys = this.#keys.omittedFrom(slot);
    const map = this.explorer.choices.has(`set:${scope.over.id}`) ? `(${over} | default dict)` : parenthesised(over);
    const source = keys.length === 0 ? unparenthesised(over) : `omit ${map} ${keys.map(goString).join(' ')}`;
    return `${keyVariable(scope, inner)}, ${element} := ${source}`;
  }

  // ---- leaves

  #key(key: string, at: Position): string {
    const parts = this.explorer.marks.parts(key);
    return parts.every((part) => typeof part === 'string') ? escapeBraces(yamlScalar(key)) : leafAction(parts, at);
  }

  #leaf(slot: Slot, row: Row, at: Position): string {
    const json = leafOf(row);
    if (typeof json !== 'string') return JSON.stringify(json);
    if (json.startsWith(DEFAULT)) {
      const { kind, pipeline, references } = this.#withDefault(json, at);
      if (kind === 'quantity') return quantityAction(`(${pipeline})`, references, at);
      if (kind === 'string') return `{{ ${pipeline} | quote }}`;
      return `{{ ${pipeline} | toJson${kind === 'digits' ? ' | quote' : ''} }}`;
    }
    const parts = this.explorer.marks.parts(json);
    const argument = slot.children.find((child) => child.kind === 'argument');
    if (hashArgument(json, this.explorer) !== undefined && !isKnown(argument!)) return this.#hash(argument!, at);
    if (parts.every((part) => typeof part === 'string')) return escapeBraces(yamlScalar(json));
    return leafAction(parts, at);
  }

  /** A value, or another one where it is null. */
  #withDefault(json: string, at: Position) {
    const set = json.slice(DEFAULT.length);
    const marks = [set, this.#defaults.get(set)!].map((text) => this.explorer.marks.whole(text)!);
    const references = marks.map((mark) => (mark as { reference: ValueReference }).reference);
    const [value, other] = references.map((reference) => expressionOf(reference, at));
    return { kind: marks[0]!.kind, pipeline: `${unparenthesised(value!)} | default ${other}`, references };
  }

  #hash(argument: Slot, at: Position): string {
    const around = at.open.at(-1);
    if (around !== undefined && usesLoopAround(argument, this.loops, this.explorer))
      throw new ChartError(
        `${place(argument)} has a sha256 of an element of ${nameOf(around.over)}; hash the ${isMap(around) ? 'map' : 'list'} as a whole, or what is outside of it`,
      );
    const kinds = argument.rows.map(({ value }) => value.kind);
    // Helm has to be told which of the two it reads, so what may be either is put into a list.
    const isEither = kinds.includes('list') && kinds.includes('map');
    const read = isEither ? 'fromYamlArray | first' : kinds.includes('list') ? 'fromYamlArray' : 'fromYaml';
    const top: Position = { chart: at.chart, open: [] };
    const blocks = this.#guarded(argument, top, [], (inner, row, rows) => this.#content(argument, row, inner, rows));
    const placeholder = `\uE002${this.arguments.length}\uE003`;
    const body: Block[] = isEither ? [{ kind: 'item', body: blocks }] : blocks;
    this.arguments.push({ slot: argument, body, placeholder });
    const root = at.open.length > 0 ? '$' : '.';
    return `{{ include "${placeholder}" ${root} | ${read} | toJson | sha256sum | quote }}`;
  }

  #rawLine(json: Json, at: Position): string {
    const text = String(json);
    if (text.startsWith(DEFAULT)) {
      const { kind, pipeline } = this.#withDefault(text, at);
      return `{{ ${pipeline}${kind === 'string' ? '' : ' | toJson'} }}`;
    }
    const parts = this.explorer.marks.parts(text);
    return parts.map((part) => (typeof part === 'string' ? escapeBraces(part) : rawText(part, at))).join('');
  }
}

/** Stands before a mark that is printed with `default`. */
const DEFAULT = '\uE004';

function rawText(part: Exclude<Part, string>, at: Position): string {
  const action = formatted([part], at);
  // `printf "%s" .Values.a` is `.Values.a` where nothing needs formatting.
  const [, value] = /^printf "%[sv]" (\S+)$/.exec(action) ?? [];
  return `{{ ${value ?? action} }}`;
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

function withGuards(guards: readonly Condition[], body: Block[], at: Position): Block[] {
  return guards.length === 0 ? body : withGuard(and(guards), body, at);
}

/** Conditions that are asked one after the other. */
function conjuncts(condition: Condition): readonly Condition[] {
  return condition.op === 'and' ? condition.of : [condition];
}

/** How many of these loops have to be open for a condition to be asked, the outermost first. */
function loopsAskedBy(condition: Condition, opens: readonly Scope[]): number {
  return opens.findLastIndex((scope) => asks(condition, [scope])) + 1;
}

/** Whether the same literals stand at a slot in every run. */
function isKnown(slot: Slot): boolean {
  const texts = [slot.key, ...slot.rows.map(leafOf)].filter((each) => typeof each === 'string');
  return slot.deps.length === 0 && !texts.some(hasMark) && slot.children.every(isKnown);
}

/** Literal text that Go would take for an action. */
function escapeBraces(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
