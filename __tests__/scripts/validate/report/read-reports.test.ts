import { CommandError } from '../../../../scripts/command-error.ts';
import { readReport, readReports } from '../../../../scripts/validate/report/read-reports.ts';
import { exampleReport } from '../../../support/example-report.ts';
import { TemporaryDirectory } from '../../../support/temporary-directory.ts';

let directory: TemporaryDirectory;

beforeAll(async () => {
  directory = await TemporaryDirectory.create({
    'good/report.json': JSON.stringify(exampleReport()),
    'text.json': 'no {',
    'list.json': '[]',
    'later.json': JSON.stringify({ ...exampleReport(), schema: 'todo-infra/validation/v2' }),
    'half.json': JSON.stringify({ ...exampleReport(), gates: [{ ...exampleReport().gates[0], status: 'skipped' }] }),
    'empty/other.json': '{}',
  });
});
afterAll(() => directory.remove());

test.each(['good', 'good/report.json'])('reads %s', async (path) => {
  expect(await readReport(`${directory.path}/${path}`)).toEqual(exampleReport());
});

const EXPECTED = 'expected a report.json of npm run validate';

test.each([
  [
    'none.json',
    /^unable to read the report .*none\.json: there is no such file; expected a report\.json, or a directory/,
  ],
  ['empty', /^unable to read the report .*empty\/report\.json: there is no such file;/],
  ['text.json', new RegExp(`text\\.json is no JSON; ${EXPECTED}$`)],
  ['list.json', new RegExp(`list\\.json is no report; ${EXPECTED} with schema "todo-infra/validation/v1"$`)],
  ['later.json', new RegExp(`later\\.json has schema "todo-infra/validation/v2"; ${EXPECTED} with schema`)],
  ['half.json', /half\.json is no whole report: gates\.0\.status: Invalid option: expected one of "passed"\|"failed"$/],
])('says in one line what is wrong with %s', async (path, message) => {
  const failure = await readReport(`${directory.path}/${path}`).catch((error) => error);

  expect(failure).toBeInstanceOf(CommandError);
  expect(failure.message).toMatch(message);
  expect(failure.message).not.toContain('\n');
  expect(failure.exitCode).toBe(2);
});

test('says of both what is wrong with them', async () => {
  const failure = await readReports(`${directory.path}/text.json`, `${directory.path}/none`).catch((error) => error);

  expect(failure).toBeInstanceOf(CommandError);
  expect([failure.message, ...failure.details]).toEqual([
    expect.stringContaining('text.json is no JSON'),
    expect.stringContaining('none: there is no such file'),
  ]);
});

test('gives both, the old one first', async () => {
  await directory.write('new.json', JSON.stringify(exampleReport({ seconds: 1 })));

  const reports = await readReports(`${directory.path}/good`, `${directory.path}/new.json`);

  expect(reports.map(({ seconds }) => seconds)).toEqual([1152.4, 1]);
});
