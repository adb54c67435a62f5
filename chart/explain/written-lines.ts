import {
  type CallExpression,
  type Expression,
  isBindingElement,
  isIdentifier,
  isParameterDeclaration,
  isPropertyAccessExpression,
  isShorthandPropertyAssignment,
  isVariableDeclaration,
  type NewExpression,
  type Node,
} from 'typescript/unstable/ast';
import type { Trace } from './provenance.ts';
import type { SourceLine, SourceProject, WrittenKey } from './source-project.ts';
import {
  alternativesOf,
  type FieldStep,
  type FoundKeys,
  functionAround,
  valueNode,
  writtenKeys,
} from './written-keys.ts';

/**
 * Which lines write a field: the key in the object literal that a construct was called with, or the deepest key above
 * the field that is written out, then the keys around it where a function made it, and the keys that callers
 * passed it on under. TypeScript's types lead there; none where the construct's props are no manifest.
 *
 * @param trace the calls that made the object, the innermost first
 */
export function writtenLines(trace: Trace, steps: readonly FieldStep[], project: SourceProject): SourceLine[] {
  for (const [i, frame] of trace.entries()) {
    const call = project.callAt(frame);
    const found = call && keysInArguments(call, steps, project);
    if (found !== undefined) return linesOf(found, call!, trace.slice(i + 1), project);
  }
  return [];
}

type Call = CallExpression | NewExpression;

function keysInArguments(call: Call, steps: readonly FieldStep[], project: SourceProject): FoundKeys | undefined {
  for (const argument of (call.arguments ?? []) as readonly Expression[]) {
    const found = writtenKeys(argument, steps, project);
    if (found.keys.length > 0) return found;
  }
  return undefined;
}

function linesOf({ keys, outer, rest }: FoundKeys, call: Call, callers: Trace, project: SourceProject): SourceLine[] {
  const lines = [...keys, ...outer].map((key) => project.lineOf(key));
  return [...lines, ...passedOn(keys, rest, call, callers, project)];
}

/** `image: props.image` in a constructor: on to the `image` that its caller wrote. */
function passedOn(
  keys: readonly WrittenKey[],
  rest: readonly FieldStep[],
  call: Call,
  [caller, ...others]: Trace,
  project: SourceProject,
): SourceLine[] {
  const next = caller && project.callAt(caller);
  const [key] = keys;
  if (next === undefined || key === undefined || keys.length > 1) return [];
  if (functionAround(key) !== functionAround(call)) return [];
  for (const name of namesFromParameters(key, project)) {
    const found = keysInArguments(next, [{ key: name }, ...rest], project);
    if (found !== undefined) return linesOf(found, next, others, project);
  }
  return [];
}

/** The fields of parameters that a key passes on: `image` for `props.image ?? 'none'`, and for an `image` out of `props`. */
function namesFromParameters(key: WrittenKey, project: SourceProject): string[] {
  return alternativesOf(valueNode(key)).flatMap((node) => {
    if (isPropertyAccessExpression(node))
      return isIdentifier(node.expression) && isParameter(node.expression, project) ? [node.name.text] : [];
    return isIdentifier(node) ? destructured(node, project) : [];
  });
}

function declarationOf(node: Node, project: SourceProject): Node | undefined {
  const { checker } = project;
  const symbol = isShorthandPropertyAssignment(node.parent)
    ? checker.getShorthandAssignmentValueSymbol(node.parent)
    : checker.getSymbolAtLocation(node);
  return symbol?.valueDeclaration?.resolve();
}

function isParameter(node: Node, project: SourceProject): boolean {
  const declaration = declarationOf(node, project);
  return declaration !== undefined && isParameterDeclaration(declaration);
}

/** `a` in `({ a }) =>` and after `const { a } = props`. */
function destructured(node: Node, project: SourceProject): string[] {
  const element = declarationOf(node, project);
  if (element === undefined || !isBindingElement(element)) return [];
  const source = element.parent.parent;
  const isFromParameter =
    isParameterDeclaration(source) ||
    (isVariableDeclaration(source) && source.initializer !== undefined && isParameter(source.initializer, project));
  return isFromParameter ? [(element.propertyName ?? element.name)!.getText()] : [];
}
