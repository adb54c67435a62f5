import type { Choice } from '../../chart/choice.ts';
import { conditionFor, decide } from '../../chart/condition.ts';
import { parenthesised } from '../../chart/expression.ts';

test.each([
  ['.Values.a', '.Values.a'],
  ['not .Values.a', '(not .Values.a)'],
  ['(eq .a "x")', '(eq .a "x")'],
  ['(eq (index .a "x") "y")', '(eq (index .a "x") "y")'],
  ['(eq .a "x") (eq .b "y")', '((eq .a "x") (eq .b "y"))'],
  ['(eq .a ")")', '(eq .a ")")'],
  ['(eq .a "(")', '(eq .a "(")'],
  ['(eq .a "\\")")', '(eq .a "\\")")'],
  ['(eq .a', '((eq .a)'],
])('%s is one argument as %s', (text, argument) => {
  expect(parenthesised(text)).toBe(argument);
});

test('what is wanted in every branch does not depend on the question', () => {
  const choice = { id: 'boolean:on', kind: 'boolean', options: [true, false], reference: { id: 'on' } };
  const choices = [choice as unknown as Choice];
  const cases = [0, 1].map((option) => ({ options: new Map([[choice.id, option]]), result: option }));
  const decision = decide(cases, choices, String);

  expect(conditionFor(decision, () => true)).toBe(true);
  expect(conditionFor(decision, () => false)).toBe(false);
  expect(conditionFor(decision, (result) => result === 1)).toEqual({ op: 'is', choice, options: [1] });
});

test('of five questions each is tried as the first, so that few are asked', () => {
  const ids = ['e', 'd', 'c', 'b', 'a'];
  const choices = ids.map((id) => ({ id, kind: 'boolean', options: [true, false], reference: { id } }));
  const cases = Array.from({ length: 32 }, (_, number) => {
    const options = new Map(ids.map((id, i) => [id, (number >> i) & 1]));
    const yes = (id: string) => options.get(id) === 0;
    return { options, result: yes('a') ? yes('b') : yes('c') ? yes('d') : yes('e') };
  });

  const decision = decide(cases, choices as unknown as Choice[], String);

  expect(JSON.stringify(decision).split('"branches"')).toHaveLength(1 + 5);
});
