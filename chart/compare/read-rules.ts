import { ChartError } from '../errors.ts';
import type { Condition, Operand, Rule } from '../program.ts';
import { WORDS } from '../rules.ts';
import { type Block, blocksIn } from './template-blocks.ts';
import { type Expression, readExpression } from './template-expression.ts';

/**
 * The rules across values that a chart's templates check, read back from the data that `rulesTemplate` writes. Every
 * form in which they were ever committed must be read, or they cannot be compared with.
 *
 * @param text templates/_helpers.tpl
 * @param template the name of the template that checks them
 * @returns [] where there is no such template
 * @throws ChartError when they are there, but not as such data
 */
export function readRules(text: string, template: string): Rule[] {
  const [, body] = text.split(`{{- define "${template}" -}}`);
  if (body === undefined) return [];
  const [first, ...blocks] = blocksIn(body, '$broken := list') ?? [];
  if (first !== '$rules := list') throw unreadable();
  return blocks.flatMap((block) => rulesIn(block, [], undefined));
}

function unreadable(): ChartError {
  return new ChartError('its rules across values are not written as data that can be read');
}

const APPEND = '$rules = append $rules ';
/** A loop over groups of values, which are the first keys of all paths in it. */
const LOOP = 'range $in := ';
const GROUP = '$values := get $.Values $in';

function rulesIn(block: Block, when: readonly Condition[], group: string | undefined): Rule[] {
  if (typeof block === 'string') {
    if (block.startsWith(APPEND)) return [ruleIn(readExpression(block.slice(APPEND.length)), when, group)];
    if (block === GROUP && group !== undefined) return [];
    throw unreadable();
  }
  const { start, inside } = block;
  if (start.startsWith('if ')) {
    const conditions = [...when, ...conditionsIn(readExpression(start.slice('if '.length)), group)];
    return inside.flatMap((each) => rulesIn(each, conditions, group));
  }
  if (!start.startsWith(LOOP) || group !== undefined) throw unreadable();
  const groups = argsOf('list', readExpression(start.slice(LOOP.length))).map(textIn);
  return groups.flatMap((name) => inside.flatMap((each) => rulesIn(each, when, name)));
}

function ruleIn(expression: Expression | undefined, when: readonly Condition[], group: string | undefined): Rule {
  const { in: loop, left, 'must be': must, right, as, because } = dictIn(expression);
  if ((loop === undefined) !== (group === undefined)) throw unreadable();
  const words = textIn(must);
  const op = words === 'set' ? 'is set' : OPERATORS.get(words);
  const kind = as === undefined ? 'integer' : textIn(as);
  if (op === undefined || (op === 'is set') !== (right === undefined)) throw unreadable();
  return {
    ...(when.length > 0 ? { when } : {}),
    left: operandIn(left, group),
    op,
    ...(right === undefined ? {} : { right: operandIn(right, group) }),
    ...(kind === 'integer' ? {} : { as: kind as Rule['as'] }),
    message: textIn(because),
  };
}

const OPERATORS = new Map(Object.entries(WORDS).map(([op, words]) => [words, op as keyof typeof WORDS]));

/** The arguments of `dict "key" value ...`. */
function dictIn(expression: Expression | undefined): Record<string, Expression | undefined> {
  const parts = argsOf('dict', expression);
  return Object.fromEntries(parts.flatMap((part, i) => (i % 2 === 0 ? [[textIn(part), parts[i + 1]]] : [])));
}

function argsOf(name: string, expression: Expression | undefined): readonly Expression[] {
  if (expression?.kind !== 'call' || expression.name !== name) throw unreadable();
  return expression.args;
}

/** A text, or one that is printed from several. */
function textIn(expression: Expression | undefined): string {
  return expression?.kind === 'text' ? expression.text : argsOf('print', expression).map(textIn).join('');
}

function operandIn(expression: Expression | undefined, group: string | undefined): Operand {
  if (expression?.kind === 'number') return expression.number;
  const pathOf = (text: Expression | undefined) => (group === undefined ? textIn(text) : `${group}.${textIn(text)}`);
  if (expression?.kind === 'text') return pathOf(expression);
  const { path, else: fallback, sum } = dictIn(expression);
  return sum === undefined
    ? { path: pathOf(path), fallback: pathOf(fallback) }
    : { sum: argsOf('list', sum).map((part) => operandIn(part, group)) };
}

function conditionsIn(expression: Expression | undefined, group: string | undefined): Condition[] {
  const isAll = expression?.kind === 'call' && expression.name === 'and';
  return (isAll ? expression.args : [expression]).map((each) => conditionIn(each, group));
}

/** The inverse of how `rulesTemplate` writes a condition. */
function conditionIn(expression: Expression | undefined, group: string | undefined): Condition {
  if (expression?.kind === 'value') return { path: pathIn(expression, group), in: [true] };
  if (expression?.kind !== 'call') throw unreadable();
  const [first, second] = expression.args;
  switch (expression.name) {
    case 'not':
      return first?.kind === 'value' ? { path: pathIn(first, group), in: [false] } : { path: pathOfNull(first, group) };
    case 'kindIs':
      return { path: pathOfNull(expression, group), in: [null] };
    case 'eq':
      return { path: pathIn(first, group), in: expression.args.slice(1).map(textIn) };
    case 'has': {
      const options = argsOf('list', second).map((option) => JSON.parse(textIn(option)));
      return { path: pathIn(argsOf('toJson', first)[0], group), in: options };
    }
    default:
      throw unreadable();
  }
}

function pathOfNull(expression: Expression | undefined, group: string | undefined): string {
  const [kind, value] = argsOf('kindIs', expression);
  if (textIn(kind) !== 'invalid') throw unreadable();
  return pathIn(value, group);
}

function pathIn(expression: Expression | undefined, group: string | undefined): string {
  if (expression?.kind !== 'value') throw unreadable();
  const { of, path } = expression;
  if (of === '.Values') return path;
  if (of !== '$values' || group === undefined) throw unreadable();
  return `${group}.${path}`;
}
