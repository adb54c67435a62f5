import fc from 'fast-check';
import type { Condition, Expression, Part, ProgramDescription, Schema, Statement } from './description.ts';
import { Dice } from './dice.ts';
import { ExpressionWriter } from './expressions.ts';
import { flavours } from './flavours.ts';
import { someFields } from './schemas.ts';
import { expand, type Scope, someGuard, withReferences } from './scope.ts';
import { smallerPrograms } from './shrink.ts';
import { isCondition } from './typescript.ts';

/** Random cdk8s programs. Some of them do what no template can say. */
export function programs(): fc.Arbitrary<ProgramDescription> {
  return new ProgramArbitrary();
}

class ProgramArbitrary extends fc.Arbitrary<ProgramDescription> {
  generate(random: fc.Random): fc.Value<ProgramDescription> {
    return new fc.Value(someProgram(new Dice(random)), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is ProgramDescription {
    return typeof value === 'object';
  }

  shrink(value: ProgramDescription): fc.Stream<fc.Value<ProgramDescription>> {
    return fc.stream(smallerPrograms(value)).map((smaller) => new fc.Value(smaller, undefined));
  }
}

function someProgram(dice: Dice): ProgramDescription {
  const wild = dice.chance(15);
  const fields = someFields(dice, dice.between(2, 7), 2, true);
  const writer = new ExpressionWriter(dice, dice.pick([4, 10, 25]), wild);
  const values: Schema = { kind: 'object schema', fields };
  const start: Scope = { references: expand('values', values).slice(1), lets: [], inLoop: false };
  const { scope, statements } = preparations(
    dice,
    writer,
    start,
    fields.map(({ key }) => key),
  );
  const documents = dice.times(1, 4, () => someStatement(dice, writer, scope, 2)).flat();
  const notes = dice.chance(15) ? dice.times(1, 3, () => writer.text({ ...start, inLoop: true }, 2)) : [];
  return { wild, fields, build: [...statements, ...documents], notes };
}

/** What is read before the first document is made. */
function preparations(
  dice: Dice,
  writer: ExpressionWriter,
  start: Scope,
  keys: readonly string[],
): { scope: Scope; statements: Statement[] } {
  const statements: Statement[] = [];
  let scope = start;
  const names = keys.filter((key) => /^[A-Za-z]\w*$/.test(key) && dice.chance(50));
  if (names.length > 0 && dice.chance(30)) {
    statements.push({ kind: 'destructure', names, from: 'values' });
    const read = names.flatMap((name) =>
      expand(name, start.references.find(({ text }) => text === `values.${name}`)!.schema),
    );
    scope = withReferences(scope, read);
  }
  for (const holds of ['text', 'map', 'list', 'condition'] as const) {
    if (!dice.chance(15)) continue;
    const name = writer.freshName(holds);
    const wanted =
      holds === 'condition'
        ? someGuard(dice, scope)?.when
        : writer.wanted(holds === 'list' ? 'text list' : holds, scope);
    const value = wanted && freshly(wanted, holds);
    if (value === undefined) continue;
    statements.push({ kind: 'let', name, value });
    if (holds === 'list' || holds === 'map') statements.push(...changes(dice, writer, scope, name, holds));
    scope = { ...scope, lets: [...scope.lets, { name, holds }] };
  }
  return { scope, statements };
}

/** A literal, because a value must not be changed. */
function freshly(value: Expression | Condition, holds: string): Expression | Condition {
  if (holds === 'list' && !isCondition(value) && value.kind !== 'list')
    return { kind: 'list', items: [{ kind: 'spread items', value }] };
  if (holds === 'map' && !isCondition(value) && value.kind !== 'object')
    return { kind: 'object', entries: [{ kind: 'spread entries', value }] };
  return value;
}

/** What is added to a list or map after it was made. */
function changes(dice: Dice, writer: ExpressionWriter, scope: Scope, name: string, holds: 'list' | 'map'): Statement[] {
  const change = (inner: Scope): Statement =>
    holds === 'list'
      ? { kind: 'push', name, item: writer.text(inner, 1) }
      : { kind: 'assign', name, value: writer.map(inner, 1, 'text') };
  return dice.times(0, 2, (): Statement => {
    const guard = someGuard(dice, scope);
    const loop = writer.loop(scope);
    return dice.way<Statement>(
      [1, () => change(scope)],
      [2, guard && (() => ({ kind: 'if', when: guard.when, yes: [change(guard.yes)], no: [] }))],
      [holds === 'list' ? 2 : 0, loop && (() => ({ kind: 'for', over: loop.source, body: [change(loop.inner)] }))],
    );
  });
}

function someStatement(dice: Dice, writer: ExpressionWriter, scope: Scope, depth: number): Statement[] {
  const guard = depth > 0 ? someGuard(dice, scope) : undefined;
  const loop = depth > 0 ? documentLoop(writer, scope) : undefined;
  return dice.way<Statement[]>(
    [6, () => [someDocument(dice, writer, scope)]],
    [
      3,
      guard &&
        (() => [
          {
            kind: 'if',
            when: guard.when,
            yes: dice.times(1, 2, () => someStatement(dice, writer, guard.yes, depth - 1)).flat(),
            no: dice.chance(30) ? someStatement(dice, writer, guard.no, depth - 1) : [],
          },
        ]),
    ],
    [
      3,
      loop &&
        (() => [
          {
            kind: 'for',
            over: loop.source,
            body: dice.times(1, 2, () => someStatement(dice, writer, loop.inner, depth - 1)).flat(),
          },
        ]),
    ],
  );
}

/** A loop over elements with a text that tells their documents apart. */
function documentLoop(writer: ExpressionWriter, scope: Scope) {
  const loop = writer.loop(scope);
  if (loop === undefined) return undefined;
  const [name] = loop.source.names as [string];
  const own = loop.inner.references.find(
    ({ text, schema }) => schema.kind === 'string schema' && (text === name || text.startsWith(`${name}.`)),
  );
  if (own === undefined) return undefined;
  const tag: Expression = { kind: 'reference', text: own.text };
  const tags = (scope as Tagged).tags ?? [];
  return { ...loop, inner: { ...loop.inner, tags: [...tags, tag] } as Tagged };
}

/** The texts of the loops' elements that make ids and names of documents different. */
interface Tagged extends Scope {
  readonly tags?: readonly Expression[];
}

function someDocument(dice: Dice, writer: ExpressionWriter, scope: Scope): Statement {
  // The labels of `kplus.Deployment` have a hash of its path in them.
  const flavour = dice.pick(Object.keys(flavours).filter((name) => !scope.inLoop || name !== 'plus Deployment'));
  const id = writer.freshName('doc');
  const tags = (scope as Tagged).tags ?? [];
  const suffix = tags.flatMap((tag): Expression[] => [{ kind: 'literal', json: '-' }, tag]);
  const parts = Object.entries(flavours[flavour]!.parts).flatMap(([key, want]): Part[] => {
    const name = key.replace('?', '');
    if (name !== key && dice.chance(50)) return [];
    const value = want === 'name' ? nameOf(dice, id, suffix) : writer.wanted(want, scope);
    return [{ kind: 'part', name, value }];
  });
  return { kind: 'document', flavour, id: tagged(id, suffix), parts };
}

function nameOf(dice: Dice, id: string, suffix: readonly Expression[]): Expression {
  if (dice.chance(70)) return tagged(id, suffix);
  return {
    kind: 'template',
    parts: [{ kind: 'reference', text: 'release.name' }, { kind: 'literal', json: `-${id}` }, ...suffix],
  };
}

function tagged(id: string, suffix: readonly Expression[]): Expression {
  const literal: Expression = { kind: 'literal', json: id };
  return suffix.length === 0 ? literal : { kind: 'template', parts: [literal, ...suffix] };
}
