import pc from 'picocolors';
import { gateLines, linesOfGate, summaryLines } from '../../../../scripts/validate/report/gate-lines.ts';
import { exampleReport, passedReport } from '../../../support/example-report.ts';

const gates = exampleReport().gates;

test('shows a gate in one line where measured and limit fit', () => {
  expect(linesOfGate({ ...gates[3]!, measured: '6 of 6 answer' })).toEqual([
    '✓  4 Access               14.9 s  6 of 6 answer (HTTP 200)',
  ]);
});

test('breaks what is longer between words, never between a number and its unit', () => {
  expect(linesOfGate(gates[1]!)).toEqual([
    '✓  2 Deploy                9.8 s  23 objects as rendered, pods ready after',
    '                                  14.2 s',
    '                                  (no drift, no Warning; ready <= 120 s)',
  ]);
});

test('shows the evidence of a failed gate, without what a terminal would obey', () => {
  expect(linesOfGate(gates[6]!).join('\n')).toMatchInlineSnapshot(`
"✗  7 Upgrade          2 min 28 s  14 of 9600 requests failed: a|b
                                  <script>alert("x")</script> & 'q' \`tick\`
                                  *star* _low_ ��red �😀
                                  (0 failed requests, keep-alive and new
                                  connections both)
     frontend, new connections: 9 of 2400 requests failed, all while the
       image was upgraded
     > connect ECONNREFUSED 192.168.49.2:30080
     > a|b <script>alert("x")</script> & 'q' \`tick\` *star* _low_ ��red �😀
     todo-frontend-0123456789abcdef0123456789abcdef0123456789abcdef0123456789
       abcdef0123456789abcdef0123456789abcdef
       ended 0.2 s before its endpoint was gone"
`);
});

test('is never wider than 80 columns', () => {
  const lines = gateLines(exampleReport());

  expect(lines.length).toBeGreaterThan(30);
  expect(lines.filter((line) => line.length > 79)).toEqual([]);
});

test('ends with what it comes to and where the report is', () => {
  const passed = passedReport({ seconds: 372.2 });

  expect(summaryLines(passed, { directory: 'out' })).toEqual(['10 of 10 gates passed in 6 min 12 s', 'report: out']);
  expect(gateLines(passed).at(-1)).toBe('10 of 10 gates passed in 6 min 12 s');
  expect(summaryLines(exampleReport())).toEqual(['9 of 10 gates passed in 19 min 12 s; failed: 7 Upgrade']);
});

test('has colours where they are wanted', () => {
  const colors = pc.createColors(true);

  const line = linesOfGate(gates[3]!, colors)[0]!;

  expect(line.startsWith(`${colors.green('✓')}  4 Access`)).toBe(true);
  expect(linesOfGate(gates[6]!, colors)[0]).toContain(colors.red('✗'));
  expect(gateLines(exampleReport()).join('')).not.toContain('\u001b');
});
