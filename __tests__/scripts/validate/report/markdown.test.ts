import { reportMarkdown } from '../../../../scripts/validate/report/markdown.ts';
import { exampleReport, NASTY } from '../../../support/example-report.ts';

const text = reportMarkdown(exampleReport());

test('begins with the verdict', () => {
  expect(text.split('\n').slice(0, 3)).toEqual(['# Validation', '', '**9 of 10 gates passed in 19 min 12 s**']);
});

test('has a table of the gates, in which nothing of a text is markup', () => {
  const rows = text.split('\n').filter((line) => /^\| \d+ \| .* \| (?:✅ passed|❌ failed) \| /.test(line));

  expect(rows).toHaveLength(10);
  expect(rows[1]).toBe(
    '| 2 | Deploy | ✅ passed | 23 objects as rendered, pods ready after 14.2 s | no drift, no Warning; ready &lt;= 120 s | 9.8 |',
  );
  expect(rows[6]).toContain(
    'a\\|b &lt;script&gt;alert("x")&lt;/script&gt; &amp; \'q\' \\`tick\\` \\*star\\* \\_low\\_ \ufffd\ufffdred \ufffd😀 | 0 failed',
  );
});

test('every row has as many cells as the head of its table', () => {
  const tables = text.split('\n\n').filter((part) => part.startsWith('|'));

  expect(tables.length).toBeGreaterThan(4);
  for (const table of tables) {
    const cells = table
      .trim()
      .split('\n')
      .map((row) => row.split(/(?<!\\)\|/).length);
    expect(new Set(cells).size).toBe(1);
  }
});

test('quotes the evidence of a failed gate in full, within a fence that it cannot close', () => {
  const gate = { ...exampleReport().gates[6]!, evidence: ['first', '````', `> ${NASTY}`] };

  expect(reportMarkdown(exampleReport({ gates: [gate] }))).toContain(
    '`````text\nfirst\n````\n> a|b <script>alert("x")</script> & \'q\' `tick` *star* _low_ \ufffd\ufffdred \ufffd😀\n`````\n',
  );
});

test('has each stream of each load', () => {
  expect(text).toContain('| frontend, new connections, 20 per second | 2,400 | 9 | 5.1 ms | 483 ms | 1.3 s |');
  expect(text.match(/^\| \w+, (?:new|kept) connections, /gm)).toHaveLength(8);
});
