import { compareReports, comparisonJson, isWorse } from '../../../../scripts/validate/report/compare-reports.ts';
import { comparisonLines } from '../../../../scripts/validate/report/comparison-lines.ts';
import type { Figure, Report } from '../../../../scripts/validate/report/report.ts';
import { exampleReport, passedReport } from '../../../support/example-report.ts';

const before = passedReport();
const after = exampleReport();

describe('verdicts', () => {
  test('a gate that passed and fails now makes the new report a worse one', () => {
    const comparison = compareReports(before, after);

    expect(isWorse(comparison)).toBe(true);
    expect(comparison.verdicts).toEqual([
      { number: 7, name: 'Upgrade', old: 'passed', new: 'failed', measured: after.gates[6]!.measured },
    ]);
  });

  test.each([
    ['a gate that failed and passes now', after, before],
    ['a gate that fails as before', after, after],
    ['a gate that did not run again', before, only(before, 1)],
    ['a failed gate that did not run before', only(before, 1), after],
    ['a figure that is larger', before, withFigure(before, { name: 'pods ready', value: 90, unit: 's' })],
  ])('%s does not', (_, a, b) => {
    expect(isWorse(compareReports(a, b))).toBe(false);
  });

  test('what got worse comes first', () => {
    const changed = compareReports(only(before, 7, 9), {
      ...after,
      gates: after.gates.filter(({ number }) => number < 9),
    });

    expect(changed.verdicts.map(({ number, old, new: now }) => [number, old, now])).toEqual([
      [7, 'passed', 'failed'],
      ...[1, 2, 3, 4, 5, 6, 8].map((number) => [number, null, 'passed']),
      [9, 'passed', null],
    ]);
  });
});

describe('figures', () => {
  const seconds = (value: number): Figure => ({ name: 'it', value, unit: 's' });

  test.each([
    [seconds(10), seconds(12.1), { difference: 2.1, percent: 21, worse: 'slower' }],
    [seconds(10), seconds(12), { difference: 2, percent: 20, worse: null }],
    [seconds(10), seconds(5), { difference: -5, percent: -50, worse: null }],
    [seconds(0), seconds(1), { difference: 1, percent: null, worse: 'slower' }],
    [seconds(0), seconds(0), { difference: 0, percent: null, worse: null }],
    [
      { name: 'it', value: 100, unit: 'MB' },
      { name: 'it', value: 130, unit: 'MB' },
      { percent: 30, worse: 'larger' },
    ],
    [
      { name: 'it', value: 2, unit: 'pods' },
      { name: 'it', value: 4, unit: 'pods' },
      { percent: 100, worse: null },
    ],
    [{ name: 'it', value: 0, unit: '', limit: 0 }, { name: 'it', value: 1, unit: '', limit: 0 }, { worse: 'more' }],
  ] as [Figure, Figure, object][])('%j and then %j', (old, now, expected) => {
    const { figures } = compareReports(withFigure(before, old), withFigure(before, now));

    expect(figures.find(({ name }) => name === 'it')).toMatchObject({
      gate: 2,
      old: old.value,
      new: now.value,
      ...expected,
    });
  });

  test('one that was measured only once is not judged', () => {
    const { figures } = compareReports(withFigure(before, seconds(3)), before);

    const once = { old: 3, new: null, difference: null, percent: null, worse: null };
    expect(figures).toContainEqual({ gate: 2, name: 'it', unit: 's', ...once });
    expect(figures).toContainEqual(expect.objectContaining({ gate: 2, name: 'pods ready', old: null, new: 14.2 }));
  });

  test('those of loads, and the time of a gate, are among them', () => {
    const { figures } = compareReports(before, after);

    expect(
      figures
        .filter(({ gate }) => gate === 8)
        .map(({ name }) => name)
        .slice(0, 4),
    ).toEqual(['the whole gate', 'rollback', 'rollback, frontend, new: failed', 'rollback, frontend, new: p50']);
  });
});

test('says what differs in commit, chart, environment and values', () => {
  const { release, environment } = before;
  const other: Report = {
    ...before,
    quick: true,
    commit: { id: 'f'.repeat(40), isDirty: false },
    release: { ...release, chart: 'todo-chatbot-1.1.0', values: { backend: { replicaCount: 2 }, image: null } },
    environment: {
      ...environment,
      tools: { ...environment.tools, helm: '3.22.0' },
      images: [{ ...environment.images[0]!, id: 'sha256:0' }, environment.images[1]!],
    },
  };

  const { differences } = compareReports(before, other);

  expect(differences.map(({ group, field, new: now }) => `${group} ${field}: ${now}`)).toEqual([
    `commit commit: ${'f'.repeat(40)}`,
    'commit uncommitted changes: false',
    'release chart: todo-chatbot-1.1.0',
    'environment tools.helm: 3.22.0',
    'environment images.backend.id: sha256:0',
    'environment shortened waits: true',
    'values backend.replicaCount: 2',
    'values backend.podAnnotations.note: null',
    'values image: null',
  ]);
});

test('two reports of the same have nothing that differs', () => {
  const comparison = compareReports(before, { ...before, started: '2026-11-22T00:00:00.000Z' });

  expect(comparison.differences).toEqual([]);
  expect(comparisonLines(comparison)).toEqual([
    'old  2026-11-21 14:02 UTC, 10 of 10 gates passed, commit 0123456789ab',
    'new  2026-11-22 00:00 UTC, 10 of 10 gates passed, commit 0123456789ab',
    '',
    'the same commit, release, environment and values',
    '',
    'the same verdict for each gate',
    '',
    'the same figures: 51',
    '',
    'no gate that passed fails now',
  ]);
});

test('the lines have the verdicts before the figures, and are never wider than 80 columns', () => {
  const slower = { ...after.gates[1]!, figures: [{ name: 'pods ready', value: 20, unit: 's' as const, limit: 120 }] };
  const gates = after.gates.map((gate) => (gate.number === 2 ? slower : gate));
  const lines = comparisonLines(
    compareReports(before, exampleReport({ gates, release: { ...after.release, values: {} } })),
  );

  expect(lines.filter((line) => line.length > 79)).toEqual([]);
  expect(lines.slice(3).join('\n')).toMatchInlineSnapshot(`
"values
  backend.replicaCount: 3 -> nothing
  backend.podAnnotations.note: a|b <script>alert("x")</script> & 'q' \`tick\`
    *star* _low_ ��red �😀 -> nothing

verdicts
  7 Upgrade: passed -> failed: 14 of 9600 requests failed: a|b
    <script>alert("x")</script> & 'q' \`tick\` *star* _low_ ��red �😀

  figures                            old        new difference
  2 pods ready                    14.2 s       20 s     +5.8 s   +41 %  slower
  50 more are the same
  'slower', 'larger' and 'more' are by more than 20 %. A difference between one
  run and one other can be chance.

1 gate that passed fails now"
`);
});

test('machines are told the same, with ok for the verdict', () => {
  const comparison = compareReports(before, after);

  expect(JSON.parse(comparisonJson(comparison))).toEqual({ ok: false, ...comparison });
});

function only(report: Report, ...numbers: readonly number[]): Report {
  return { ...report, gates: report.gates.filter(({ number }) => numbers.includes(number)) };
}

/** In gate 2. */
function withFigure(report: Report, figure: Figure): Report {
  return { ...report, gates: report.gates.map((gate) => (gate.number === 2 ? { ...gate, figures: [figure] } : gate)) };
}
