import { execa } from 'execa';
import { auditText, readAuditLog } from '../../scripts/audit.ts';
import type { AuditEntry } from '../../scripts/audit-log.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const ENTRY: AuditEntry = {
  // Without a zone: the local time, wherever the tests run.
  time: '2026-11-21T10:02:13',
  run: '0a1b2c3d',
  actor: { user: 'ada@laptop', kubeconfig: 'minikube' },
  command: 'apply',
  context: 'minikube',
  namespace: 'hackathon-dev',
  release: 'todo-chatbot',
  action: 'preflight',
  result: 'done',
  seconds: 1.24,
};
const OTHER = { ...ENTRY, run: '4e5f6071', command: 'down', actor: { user: 'grace@ci' } };

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
});
afterEach(() => directory.remove());

test('shows the actions of each run below who has started it, also where two ran at the same time', () => {
  const entries = [
    ENTRY,
    OTHER,
    { ...ENTRY, action: 'images', result: 'skipped' as const, seconds: 0.3, detail: 'nothing has changed' },
    {
      ...ENTRY,
      action: 'release',
      result: 'failed' as const,
      seconds: 60.04,
      detail: `Pod/todo-backend\n\u001b[31m${'is bad '.repeat(9)}`,
    },
  ];

  const text = auditText({ entries, broken: 0 });

  expect(text).toBe(`2026-11-21 10:02:13  apply todo-chatbot
  by ada@laptop (minikube in the kubeconfig)
  in namespace hackathon-dev, context minikube
  preflight  done           1.2 s
  images     skipped        0.3 s  nothing has changed
  release    failed        60.0 s  Pod/todo-backend [31mis bad is bad is bad is…

2026-11-21 10:02:13  down todo-chatbot
  by grace@ci
  in namespace hackathon-dev, context minikube
  preflight  done           1.2 s`);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

test('counts the lines that cannot be read, and shows the others', async () => {
  const lines = [
    JSON.stringify(ENTRY),
    '{"time":"2026-',
    '[]',
    'null',
    '{}',
    '',
    JSON.stringify({ ...ENTRY, seconds: '1' }),
  ];
  const file = await directory.write('audit.log', `${lines.join('\n')}\n`);

  expect(readAuditLog(file)).toEqual({ entries: [ENTRY], broken: 5 });
  expect(auditText(readAuditLog(file))).toMatch(/\n\n5 lines of the log cannot be read$/);
  expect(auditText({ entries: [], broken: 1 })).toBe('nothing has been recorded\n\n1 line of the log cannot be read');
});

test('where there is no log, nothing has been recorded', () => {
  expect(auditText(readAuditLog(`${directory.path}/audit.log`))).toBe('nothing has been recorded');
});

describe('the command line', () => {
  test.each([
    [['--last', '-1'], "Option '--last' argument is ambiguous; see npm run audit -- --help"],
    [['--last', 'ten'], "--last 'ten' must be a whole number; see npm run audit -- --help"],
    [['--lst'], "Unknown option '--lst'; see npm run audit -- --help"],
  ])('%j is wrong usage', async (args, message) => {
    const { stderr, stdout, exitCode } = await audit(args);

    expect({ stderr, stdout, exitCode }).toEqual({ stderr: message, stdout: '', exitCode: 2 });
  });

  test.each([
    ['2', ['b', 'c']],
    ['0', ['a', 'b', 'c']],
    ['9', ['a', 'b', 'c']],
  ])('--last %s shows the actions %j', async (last, expected) => {
    const file = await directory.write(
      'audit.log',
      ['a', 'b', 'c'].map((action) => JSON.stringify({ ...ENTRY, action })).join('\n'),
    );

    const { stdout } = await audit(['--json', '--last', last], file);

    const { entries, broken } = JSON.parse(stdout);
    expect(entries.map(({ action }: AuditEntry) => action)).toEqual(expected);
    expect(broken).toBe(0);
  });

  test('a log that may not be read is one line', async () => {
    const { stderr, exitCode } = await audit([], directory.path);

    expect({ stderr, exitCode }).toEqual({
      stderr: 'unable to read the audit log: EISDIR: illegal operation on a directory, read',
      exitCode: 1,
    });
  });

  /** As `npm run audit` does, with another log. */
  function audit(args: readonly string[], file = `${directory.path}/audit.log`) {
    const command = JSON.stringify(new URL('../../scripts/audit.ts', import.meta.url).href);
    const script = `(await import(${command})).auditCommand(${JSON.stringify(args)}, ${JSON.stringify(file)})`;
    return execa('node', ['--import', 'tsx', '--input-type=module', '--eval', script], { reject: false });
  }
});
