// node .ci/summary.mjs REPORT: what a report of tests says, jest's JSON or JUnit XML. The first line is `PASSED FAILED`, and
// each one after it names a test that has failed.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

const [path] = process.argv.slice(2);
const text = readFileSync(path, 'utf8');
const { passed, failed } = path.endsWith('.xml') ? ofJunit(text) : ofJest(JSON.parse(text));
if (passed + failed.length === 0) throw new Error(`no tests in ${path}`);
console.log([`${passed} ${failed.length}`, ...failed].join('\n'));

function ofJest({ numPassedTests: passed, testResults }) {
  const failed = testResults.flatMap(({ name, status, assertionResults }) => {
    const tests = assertionResults.filter((test) => test.status === 'failed');
    // A file that breaks has no tests.
    if (status === 'failed' && tests.length === 0) return [basename(name)];
    return tests.map(({ fullName }) => `${basename(name)}: ${fullName}`);
  });
  return { passed, failed };
}

function ofJunit(xml) {
  const tests = xml.match(/<testcase\b[^>]*?(\/>|>[\s\S]*?<\/testcase>)/g) ?? [];
  // A test that was left out has not passed.
  const failed = tests.filter((test) => /<(failure|error|skipped)\b/.test(test));
  const names = failed.map((test) => /\bname="([^"]*)"/.exec(test)?.[1] ?? 'a test');
  return { passed: tests.length - failed.length, failed: names };
}
