import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { compareRules } from '../../../chart/compare/compare-rules.ts';
import { readRules } from '../../../chart/compare/read-rules.ts';
import type { Json } from '../../../chart/json.ts';
import type { Condition, Operand, Rule } from '../../../chart/program.ts';
import { rulesBroken } from '../../../chart/rules.ts';
import { rulesTemplate } from '../../../chart/rules-template.ts';
import { shapeOf } from '../../../chart/shape.ts';

const shape = shapeOf(
  z.object({
    few: z.int().default(1),
    many: z.int().nullable().default(5),
    'odd-key': z.object({ on: z.boolean().default(true), 'is-odd': z.boolean().nullable().default(null) }).prefault({}),
    kind: z.enum(['a', 'b', 'c "quoted" }}']).default('a'),
    note: z.string().nullable().default(null),
  }),
);

const numbers = fc.constantFrom('few', 'many');
const operands: fc.Arbitrary<Operand> = fc.oneof(
  { weight: 3, arbitrary: numbers },
  fc.integer({ min: -1, max: 3 }),
  fc.record({ path: fc.constant('many'), fallback: fc.constant('few') }),
  fc.array(fc.oneof(numbers, fc.constant(1)), { minLength: 2, maxLength: 2 }).map((sum) => ({ sum })),
);
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom<Condition>(
    { path: 'many' },
    { path: 'many', in: [null] },
    { path: 'many', in: [1, null] },
    { path: 'odd-key.on', in: [true] },
    { path: 'odd-key.on', in: [false] },
    { path: 'odd-key.on', in: [true, false] },
    { path: 'odd-key.is-odd' },
    { path: 'odd-key.is-odd', in: [true] },
    { path: 'note', in: ['x <&> "y"', null] },
  ),
  fc.subarray(['a', 'b', 'c "quoted" }}'], { minLength: 1 }).map((options) => ({ path: 'kind', in: options })),
);
const rules: fc.Arbitrary<Rule> = fc.oneof(
  fc.record(
    {
      when: fc.array(conditions, { minLength: 1, maxLength: 2 }),
      left: operands,
      op: fc.constantFrom('<', '<=', '==', '!=', '>=', '>'),
      right: operands,
      as: fc.constantFrom('quantity', 'duration'),
      message: fc.constantFrom('why', 'because "of" it }} \\ ', 'long '.repeat(50)),
    },
    { requiredKeys: ['left', 'op', 'right', 'message'] },
  ) as fc.Arbitrary<Rule>,
  fc.record({
    left: fc.constantFrom('note', 'many'),
    op: fc.constant('is set'),
    message: fc.constant('why'),
  }) as fc.Arbitrary<Rule>,
);

describe('reading rules', () => {
  test('gives back what was written', () => {
    fc.assert(
      fc.property(fc.array(rules, { maxLength: 4 }), (written) => {
        const read = readRules(rulesTemplate(written, 'demo', shape), 'demo.rules');

        expect(compareRules(written, read)).toEqual([]);
        expect(compareRules(read, written)).toEqual([]);
        expect(read.map(({ message }) => message).sort()).toEqual(written.map(({ message }) => message).sort());
      }),
      { numRuns: 500 },
    );
  });

  test('gives back rules that several groups of values share', () => {
    const group = { small: z.int().default(1), large: z.int().nullable().default(2), on: z.boolean().default(true) };
    const groups = shapeOf(z.object({ web: z.object(group).prefault({}), 'the-db': z.object(group).prefault({}) }));
    const written = ['web', 'the-db'].flatMap((name): Rule[] => [
      { left: `${name}.small`, op: '<', right: `${name}.large`, message: 'a long text '.repeat(20) },
      {
        when: [{ path: `${name}.on`, in: [true] }, { path: `${name}.large` }],
        left: { path: `${name}.large`, fallback: `${name}.small` },
        op: '<',
        right: { sum: [`${name}.small`, 7] },
        message: 'why',
      },
    ]);
    const template = rulesTemplate(written, 'demo', groups);

    expect(template.match(/append \$rules/g)).toHaveLength(2);
    expect(readRules(template, 'demo.rules')).toEqual(written);
  });

  test('gives back rules as they were written before groups shared them', () => {
    const text = rulesText(`{{- if and .Values.web.on (eq .Values.kind "a" "b") }}
{{- $rules = append $rules (dict
    "left" "web.size"
    "must be" "at most" "right" (dict "path" "web.most" "else" "most") "as" "quantity"
    "because" "why") }}
{{- end }}`);

    expect(readRules(text, 'demo.rules')).toEqual([
      {
        when: [
          { path: 'web.on', in: [true] },
          { path: 'kind', in: ['a', 'b'] },
        ],
        left: 'web.size',
        op: '<=',
        right: { path: 'web.most', fallback: 'most' },
        as: 'quantity',
        message: 'why',
      },
    ]);
  });

  test('takes an explicit integer for the default', () => {
    const rule: Rule = { left: 'few', op: '<', right: 'many', message: 'why' };

    expect(readRules(rulesTemplate([{ ...rule, as: 'integer' }], 'demo', shape), 'demo.rules')).toEqual([rule]);
  });

  test('finds none where there are none', () => {
    expect(readRules('{{- define "demo.labels" -}}\na: b\n{{- end }}\n', 'demo.rules')).toEqual([]);
  });

  test.each([
    ['another form', '{{- define "demo.rules" -}}\n{{- $broken := list }}\n{{- end }}'],
    ['no end', '{{- define "demo.rules" -}}\n{{- $rules := list }}\n'],
    ['an action of another kind', rulesText('{{- $x := 1 }}')],
    ['an unknown condition', rulesText('{{- if gt .Values.few 1 }}')],
    ['a rule without a message', rulesText('{{- $rules = append $rules (dict "left" "few" "must be" "set") }}')],
    ['an unknown operator', rulesText('{{- $rules = append $rules (dict "left" "few" "must be" "x" "because" "y") }}')],
    [
      'a condition on something else',
      rulesText('{{- range $in := list "a" }}\n{{- if $other.on }}\n{{- end }}\n{{- end }}'),
    ],
    ['a loop over something else', rulesText('{{- range $in := .Values.list }}\n{{- end }}')],
    ['a block without an end', rulesText('{{- if .Values.on }}')],
    ['an open parenthesis', rulesText('{{- $rules = append $rules (dict "left" "few" }}')],
  ])('refuses %s', (_, text) => {
    expect(() => readRules(text, 'demo.rules')).toThrow(
      'its rules across values are not written as data that can be read',
    );
  });

  function rulesText(action: string): string {
    return `{{- define "demo.rules" -}}\n{{- $rules := list }}\n${action}\n{{- $broken := list }}\n{{- end }}`;
  }
});

describe('comparing rules', () => {
  const least: Rule = { left: 'few', op: '>=', right: 1, message: 'one is needed' };
  const bigger: Rule = { left: 'many', op: '>', right: { path: 'note', fallback: 'few' }, message: 'it must be more' };

  test('finds nothing where only the explanation or the order is another', () => {
    expect(compareRules([least, bigger], [{ ...bigger, message: 'else' }, least])).toEqual([]);
  });

  test('quotes a new rule', () => {
    const rule: Rule = { ...bigger, when: [{ path: 'odd-key.on', in: [true] }, { path: 'note' }], as: 'quantity' };

    expect(compareRules([least], [least, rule])).toEqual([
      {
        kind: 'new rule',
        breaking: true,
        subject:
          'many must be more than note (or few while it is null) as a quantity, when odd-key.on is true and note is not null',
        effect: 'a file that breaks it is refused: "it must be more"',
        reach: { files: 'that break', rule },
      },
    ]);
  });

  test('says that a dropped rule refuses nothing', () => {
    expect(compareRules([{ left: { sum: ['few', 1] }, op: 'is set', message: 'm' }], [])).toEqual([
      {
        kind: 'dropped rule',
        breaking: false,
        subject: 'few + 1 must be set',
        effect: 'a file that breaks it is taken',
      },
    ]);
  });

  test.each<[string, Partial<Rule>, Partial<Rule>, boolean]>([
    ['a larger least', {}, { right: 2 }, true],
    ['a smaller least', {}, { right: 0 }, false],
    ['a strict least', {}, { op: '>' }, true],
    ['a lax least', { op: '>' }, { op: '>=' }, false],
    ['a larger most', { op: '<' }, { op: '<', right: 2 }, false],
    ['another kind', {}, { as: 'quantity' }, true],
    ['a new condition', {}, { when: [{ path: 'note' }] }, false],
    ['a dropped condition', { when: [{ path: 'note' }] }, {}, true],
    ['another condition', { when: [{ path: 'note' }] }, { when: [{ path: 'many' }] }, true],
    [
      'a condition for less',
      { when: [{ path: 'kind', in: ['a', 'b'] }] },
      { when: [{ path: 'kind', in: ['a'] }] },
      false,
    ],
    [
      'a condition for more',
      { when: [{ path: 'kind', in: ['a'] }] },
      { when: [{ path: 'kind', in: ['a', 'b'] }] },
      true,
    ],
    ['a value for not null', { when: [{ path: 'note' }] }, { when: [{ path: 'note', in: ['x'] }] }, false],
    ['null for not null', { when: [{ path: 'note' }] }, { when: [{ path: 'note', in: [null] }] }, true],
  ])('judges %s', (_, was, is, breaking) => {
    const [change, ...others] = compareRules([{ ...least, ...was }], [{ ...least, ...is }]);

    expect(others).toEqual([]);
    expect({ kind: change!.kind, breaking: change!.breaking }).toEqual({ kind: 'changed rule', breaking });
  });

  test('tells what a changed rule was', () => {
    const [change] = compareRules([least], [{ ...least, right: 0 }]);

    expect(change).toEqual({
      kind: 'changed rule',
      breaking: false,
      subject: 'few must be at least 0',
      what: 'before, few must be at least 1',
      effect: 'it refuses less than before',
    });
  });

  test('calls nothing compatible that refuses what was taken', () => {
    const values = fc.record<Record<string, Json>>({
      few: fc.integer({ min: -1, max: 3 }),
      many: fc.constantFrom(null, 0, 1, 2, 3),
      note: fc.constantFrom(null, '', 'x <&> "y"'),
      kind: fc.constantFrom('a', 'b'),
      'odd-key': fc.record({ on: fc.boolean(), 'is-odd': fc.constantFrom(null, true) }),
    });
    const counts = { compatible: 0, breaking: 0 };
    fc.assert(
      fc.property(rules, rules, fc.array(values, { minLength: 20, maxLength: 20 }), (one, other, samples) => {
        fc.pre((one.op === 'is set') === (other.op === 'is set'));
        // What they have in common makes one of them the other's predecessor.
        const changed = { ...other, left: one.left, message: one.message };
        const compatible = compareRules([one], [changed]).every(({ breaking }) => !breaking);
        counts[compatible ? 'compatible' : 'breaking']++;

        const newlyRefused = samples.filter(
          (each) => rulesBroken([one], each).length === 0 && rulesBroken([changed], each).length > 0,
        );
        if (compatible) expect(newlyRefused).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(counts.compatible, counts.breaking)).toBeGreaterThan(100);
  });
});
