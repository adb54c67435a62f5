import {
  type Expression,
  isArrayLiteralExpression,
  isBinaryExpression,
  isCallExpression,
  isConditionalExpression,
  isFunctionLikeDeclaration,
  isObjectLiteralExpression,
  isParenthesizedExpression,
  isPropertyAssignment,
  isReturnStatement,
  isSpreadAssignment,
  isSpreadElement,
  isStringLiteral,
  type Node,
} from 'typescript/unstable/ast';
import type { Type } from 'typescript/unstable/sync';
import type { SourceProject, WrittenKey } from './source-project.ts';

/** A step down a manifest: a key, or an item of a list with its name or number. */
export type FieldStep = { readonly key: string } | { readonly name: string } | { readonly index: number };

/** What was found on the way down. */
export interface FoundKeys {
  /** The deepest keys that are written out; several where it cannot be told which of them it is. */
  readonly keys: readonly WrittenKey[];
  /** The keys around them in the functions that the way came through, the innermost first. */
  readonly outer: readonly WrittenKey[];
  /** The steps that are left below the keys. */
  readonly rest: readonly FieldStep[];
}

/** Goes down from an expression while keys are written in object literals, also those that functions return. */
export function writtenKeys(start: Expression, steps: readonly FieldStep[], project: SourceProject): FoundKeys {
  let found: FoundKeys = { keys: [], outer: [], rest: steps };
  let places: readonly Place[] = placesOf([start], project);
  for (const [i, step] of steps.entries()) {
    if (!('key' in step)) {
      places = places.flatMap((place) => itemsOf(place, step, project));
      continue;
    }
    const next = keysAt(places, step.key, project);
    if (next === undefined) break;
    const isElsewhere = found.keys.some((around) => functionAround(around) !== functionAround(next.keys[0]!));
    const outer = isElsewhere ? [...found.keys, ...found.outer] : found.outer;
    found = { keys: next.keys, outer, rest: steps.slice(i + 1) };
    places = next.places;
  }
  return found;
}

/** The value of a key. */
export function valueNode(key: WrittenKey): Node {
  return isPropertyAssignment(key) ? key.initializer : key.name;
}

export function functionAround(node: Node): Node | undefined {
  let around: Node | undefined = node.parent;
  while (around !== undefined && !isFunctionLikeDeclaration(around)) around = around.parent;
  return around;
}

/** What an expression is one of: the branches of `a ? b : c` and of `a ?? b`. */
export function alternativesOf(node: Node): Node[] {
  if (isParenthesizedExpression(node)) return alternativesOf(node.expression);
  if (isConditionalExpression(node)) return [...alternativesOf(node.whenTrue), ...alternativesOf(node.whenFalse)];
  if (isBinaryExpression(node)) return [...alternativesOf(node.left), ...alternativesOf(node.right)];
  return [node];
}

/** An object or list: its type, and the expression that makes it where that is known. */
interface Place {
  readonly type: Type;
  readonly node?: Node;
}

function placesOf(nodes: readonly Node[], project: SourceProject): Place[] {
  return nodes.flatMap((node) => {
    const type = project.checker.getTypeAtLocation(node);
    return type === undefined ? [] : [{ type, node }];
  });
}

interface KeysAt {
  readonly keys: readonly WrittenKey[];
  readonly places: readonly Place[];
}

/**
 * The keys of a name that are written at some places, or in what those call and spread; undefined where one of the
 * places may have it from somewhere else.
 */
function keysAt(places: readonly Place[], key: string, project: SourceProject, depth = 0): KeysAt | undefined {
  const keys = new Set<WrittenKey>();
  for (const place of places) {
    const type = project.checker.getNonNullableType(place.type);
    const property = type && project.written(type, key);
    let found: readonly WrittenKey[] = property?.keys ?? [];
    if (found.length === 0 && place.node !== undefined && depth < DEEPEST) {
      const inside = placesOf(insideOf(place.node, project), project);
      found = keysAt(inside, key, project, depth + 1)?.keys ?? [];
    }
    if (found.length === 0 && property !== undefined) return undefined;
    for (const each of found) keys.add(each);
  }
  return keys.size === 0 ? undefined : { keys: [...keys], places: placesOf([...keys].map(valueNode), project) };
}

const DEEPEST = 8;

/** Expressions whose keys an expression has, although its type does not tell: declared types hide literals. */
function insideOf(node: Node, project: SourceProject): Node[] {
  return alternativesOf(node).flatMap((each) => {
    if (isCallExpression(each)) return returnedBy(each, project);
    if (isObjectLiteralExpression(each))
      return each.properties.filter(isSpreadAssignment).map(({ expression }) => expression);
    return each === node ? [] : [each];
  });
}

/** What the function that is called returns. */
function returnedBy(call: Node, project: SourceProject): Node[] {
  const declaration = project.checker.getResolvedSignature(call)?.declaration?.resolve();
  if (declaration === undefined || !isFunctionLikeDeclaration(declaration)) return [];
  const { body } = declaration as { readonly body?: Node };
  const returned: Node[] = [];
  const visit = (node: Node): void => {
    if (isReturnStatement(node)) returned.push(...(node.expression === undefined ? [] : [node.expression]));
    else if (!isFunctionLikeDeclaration(node)) node.forEachChild((child) => void visit(child));
  };
  body?.forEachChild((child) => void visit(child));
  return returned.length > 0 || body === undefined ? returned : [body];
}

/** A list's items: the one that is meant, where the list is written out. */
function itemsOf({ type, node }: Place, item: FieldStep, project: SourceProject): Place[] {
  const written = node === undefined ? [] : [node, ...insideOf(node, project)].flatMap(alternativesOf);
  const lists = [...new Set(written)].filter(isArrayLiteralExpression);
  if (lists.length === 0) return elementOf(type, project);
  const elements = lists.flatMap((list) => [...list.elements]);
  const meant = elements.filter((element) =>
    'name' in item ? nameIn(element) === item.name : 'index' in item && isAt(element, item.index),
  );
  const possible = elements.filter((element) => nameIn(element) === undefined);
  return placesOf(meant.length > 0 ? meant : possible, project).flatMap((place) => {
    if (!isSpreadElement(place.node!)) return [place];
    return placesOf([place.node.expression], project).flatMap((list) => elementOf(list.type, project));
  });
}

function elementOf(type: Type, { checker }: SourceProject): Place[] {
  const list = checker.getNonNullableType(type);
  const element = list && checker.isArrayLikeType(list) ? checker.getTypeArguments(list as never)[0] : undefined;
  return element === undefined ? [] : [{ type: element }];
}

function nameIn(element: Node): string | undefined {
  if (!isObjectLiteralExpression(element)) return undefined;
  const name = element.properties.find((each) => isPropertyAssignment(each) && each.name.getText() === 'name');
  const text = name && isPropertyAssignment(name) ? name.initializer : undefined;
  return text !== undefined && isStringLiteral(text) ? text.text : undefined;
}

/** Whether an element has a number in its list, whatever else is in it. */
function isAt(element: Node, index: number): boolean {
  const list = element.parent;
  if (!isArrayLiteralExpression(list)) return false;
  const before = list.elements.slice(0, index + 1);
  return !before.some(isSpreadElement) && before[index] === element;
}
