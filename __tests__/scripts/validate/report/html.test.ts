import { reportHtml } from '../../../../scripts/validate/report/html.ts';
import type { Report } from '../../../../scripts/validate/report/report.ts';
import { exampleReport, passedReport } from '../../../support/example-report.ts';

let html: string;

beforeAll(async () => {
  html = await reportHtml(exampleReport());
});

test('escapes every text of a report', async () => {
  const marker = `<b a="x" c='y'>&amp;`;
  // All but the few words that a program, not a person, has chosen.
  const marked = mapTexts(exampleReport(), (text) => `${text}${marker}`) as Report;

  const page = await reportHtml(marked);

  expect(page).not.toContain('<b a=');
  expect(
    page.match(/&lt;b a=(?:&quot;|")x(?:&quot;|") c=(?:&#39;|')y(?:&#39;|')&gt;&amp;amp;/g)!.length,
  ).toBeGreaterThan(150);
  // The same tags as without; only texts have changed.
  expect(tagsOf(page)).toEqual(tagsOf(html));
});

test('has no control character, and no script', () => {
  expect(html).not.toMatch(/[\p{Cs}\u202e]|(?!\n)\p{Cc}/u);
  expect(html).not.toMatch(/<script|javascript:| on\w+=/i);
  expect(html).toContain('a|b &lt;script&gt;alert(&quot;x&quot;)');
});

test('needs no other file', () => {
  expect(
    html.match(/(?:https?:)?\/\/[^\s"'<]+/g)!.filter((url) => !/^http:\/\/www\.w3\.org\/\d+\/\w+$/.test(url)),
  ).toEqual(['//2.1.4,']);
  expect(html).not.toMatch(/url\(|@import|<link rel="(?!icon)|<img|<iframe/);
});

test('draws for each load requests and errors for a wide and a narrow page, and the latency of each stream', () => {
  expect(html.match(/<svg /g)).toHaveLength(2 * (2 * 2 + 4));
  for (const title of [
    'requests per second',
    'failed per second',
    'latency (ms)',
    'time since the start of the load (s)',
  ])
    expect(html).toContain(`>${title}</text>`);
});

test('marks each phase with its name in the chart of requests', () => {
  for (const label of ['2 image upgrade', '4 config upgrade', '6 old pods gone', '2 rollback'])
    expect(html.match(new RegExp(`>${label}</text>`, 'g'))).toHaveLength(2);
});

test('says so in the chart of errors where no request failed', () => {
  expect(html.match(/>no request failed<\/text>/g)).toHaveLength(2);
});

test('shows evidence of what failed, and what others have said as a quotation', () => {
  expect(html).toContain('<h2>Why it failed</h2>');
  expect(html).toContain('<pre>connect ECONNREFUSED 192.168.49.2:30080\na|b &lt;script&gt;');
});

test('has no such section where all passed', async () => {
  const page = await reportHtml(passedReport());

  expect(page).not.toContain('Why it failed');
  expect(page).toContain('<h1>✓ 10 of 10 gates passed in 19 min 12 s</h1>');
});

test('shows a load that has sent nothing, and one with more streams than colours', async () => {
  const gate = exampleReport().gates[6]!;
  const load = gate.loads[0]!;
  const loads = [
    { ...load, seconds: 0, streams: [], phases: [], failures: [] },
    { ...load, streams: [...load.streams, ...load.streams] },
  ];

  const page = await reportHtml(exampleReport({ gates: [{ ...gate, loads }] }));

  expect(page).toContain('0 of 0 requests failed');
  expect(page).not.toContain('NaN');
});

/** Charts have more of some where a name is longer. */
function tagsOf(page: string): string[] {
  return page.match(/<\/?[a-z][a-z0-9]*/g)!.filter((tag) => !/svg|path|text|line|<\/?g$/.test(tag));
}

const FIXED = ['schema', 'started', 'status', 'connections', 'kind', 'unit'];

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      FIXED.includes(key) && typeof item === 'string' ? item : mapTexts(item, change),
    ]),
  );
}
