import { reportJunit } from '../../../../scripts/validate/report/junit.ts';
import { exampleReport, NASTY } from '../../../support/example-report.ts';

const xml = reportJunit(exampleReport());

test('has a test case for each gate, and counts them', () => {
  expect(xml.match(/<testcase .*>/g)).toHaveLength(10);
  expect(xml).toContain('<testsuites name="validate" tests="10" failures="1" errors="0" skipped="0" time="1152.400">');
  expect(xml).toContain('<testcase classname="validate.todo-chatbot" name="10 Reproducibility" time="282.200">');
});

test('has the evidence in the failure, with nothing in it that ends it', () => {
  const failure = /<failure type="gate" message="(.*)">\n?([\s\S]*?)<\/failure>/.exec(xml)!;

  const nasty = 'a|b &lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;q&#39; `tick` *star* _low_ ��red �😀';
  expect(failure[1]).toBe(`14 of 9600 requests failed: ${nasty}`);
  expect(failure[2]!.split('\n').slice(2, 5)).toEqual([
    'frontend, new connections: 9 of 2400 requests failed, all while the image was upgraded',
    '&gt; connect ECONNREFUSED 192.168.49.2:30080',
    `&gt; ${nasty}`,
  ]);
});

test('has only characters that XML allows, whatever a text contains', () => {
  const every = Array.from({ length: 0x10000 }, (_, code) => String.fromCharCode(code)).join('');
  const gate = { ...exampleReport().gates[6]!, name: every, measured: every, limit: every, evidence: [every, NASTY] };

  const text = reportJunit(exampleReport({ gates: [gate] }));

  expect(text).toMatch(/^(?:[\t\n\r\u0020-\ud7ff\ue000-\ufffd]|[\ud800-\udbff][\udc00-\udfff])*$/);
});
