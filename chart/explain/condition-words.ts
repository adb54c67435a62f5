import type { Choice } from '../choice.ts';
import type { Condition } from '../condition.ts';
import { valuePath } from '../reference.ts';

/** The condition that holds when all of these do, without what one says and another says again. */
export function allOf(conditions: readonly Condition[]): readonly Condition[] {
  const flat = conditions.flatMap((condition) => (condition.op === 'and' ? condition.of : [condition]));
  const narrowed = new Map<string, Condition>();
  for (const condition of flat) {
    const key = condition.op === 'is' ? condition.choice.id : wordsOf(condition);
    const known = narrowed.get(key);
    if (known?.op === 'is' && condition.op === 'is')
      narrowed.set(key, { ...known, options: known.options.filter((option) => condition.options.includes(option)) });
    else narrowed.set(key, condition);
  }
  const certain = [...narrowed.values()];
  return certain.filter((condition) => !isImpliedBy(condition, certain));
}

/** Whether one of the alternatives is among what holds anyway. */
function isImpliedBy(condition: Condition, certain: readonly Condition[]): boolean {
  if (condition.op !== 'or') return false;
  return condition.of.some((alternative) => {
    const parts = alternative.op === 'and' ? alternative.of : [alternative];
    return parts.every((part) => certain.some((each) => each !== condition && entails(each, part)));
  });
}

function entails(a: Condition, b: Condition): boolean {
  if (a.op === 'is' && b.op === 'is')
    return a.choice.id === b.choice.id && a.options.every((option) => b.options.includes(option));
  return wordsOf(a) === wordsOf(b);
}

/** The choices that a condition asks. */
export function choicesIn(condition: Condition): Choice[] {
  if (condition.op === 'go') return [];
  return condition.op === 'is' ? [condition.choice] : condition.of.flatMap(choicesIn);
}

/** A condition for people: `frontend.autoscaling.enabled is off and routing.type is ingress`. '' where it always holds. */
export function wordsOfAll(conditions: readonly Condition[]): string {
  return conditions.map((condition) => (conditions.length > 1 ? asPart(condition) : wordsOf(condition))).join(' and ');
}

/** What must hold besides values, and the words for them. */
export function joined(needs: string, words: string): string {
  return [needs, words].filter((each) => each !== '').join(' and ');
}

function wordsOf(condition: Condition): string {
  switch (condition.op) {
    case 'go':
      return condition.text;
    case 'is':
      return answerInWords(condition.choice, condition.options);
    case 'and':
      return condition.of.map(asPart).join(' and ');
    case 'or':
      return condition.of.map((each) => (each.op === 'and' ? `(${wordsOf(each)})` : wordsOf(each))).join(' or ');
  }
}

function asPart(condition: Condition): string {
  return condition.op === 'or' ? `(${wordsOf(condition)})` : wordsOf(condition);
}

function answerInWords({ kind, reference, options: all }: Choice, options: readonly number[]): string {
  const yes = all[options[0]!] === true;
  const words = {
    boolean: () => (yes ? 'on' : 'off'),
    set: () => (yes ? 'set' : 'null'),
    filled: () => (yes ? 'not empty' : 'empty'),
    enum: () => {
      const others = all.filter((_, i) => !options.includes(i));
      const names = (values: readonly (boolean | string)[]) => values.map((each) => (each === '' ? '""' : each));
      return others.length === 1 && options.length > 1
        ? `not ${names(others)}`
        : names(options.map((option) => all[option]!)).join(' or ');
    },
  };
  return `${valuePath(reference)} is ${words[kind]()}`;
}
