import { appendFile, readFile, stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { readAuditLog } from '../../scripts/audit.ts';
import { AUDIT_LOG, AuditLog, currentActor } from '../../scripts/audit-log.ts';
import { Redactor } from '../../scripts/redactor.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const RUN = {
  actor: { user: 'ada@laptop', kubeconfig: 'minikube' },
  command: 'apply',
  context: 'minikube',
  namespace: 'hackathon-dev',
  release: 'todo-chatbot',
};

let directory: TemporaryDirectory;
let file: string;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
  file = join(directory.path, 'audit.log');
});
afterEach(() => directory.remove());

test('writes one JSON line for each action', async () => {
  const log = new AuditLog(file, RUN);

  log.record('images', 'skipped', 0.1234567, 'nothing has changed');
  log.record('release', 'done', 12);

  const lines = (await readFile(file, 'utf8')).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe('');
  const [images, release] = lines.slice(0, 2).map((line) => JSON.parse(line));
  expect(images).toEqual({
    ...RUN,
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    run: expect.stringMatching(/^[0-9a-f]{8}$/),
    action: 'images',
    result: 'skipped',
    seconds: 0.123,
    detail: 'nothing has changed',
  });
  expect(release).toEqual({
    ...RUN,
    time: release.time,
    run: images.run,
    action: 'release',
    result: 'done',
    seconds: 12,
  });
});

test('tells two runs apart', () => {
  new AuditLog(file, RUN).record('release', 'done', 1);
  new AuditLog(file, RUN).record('release', 'done', 1);

  expect(new Set(readAuditLog(file).entries.map(({ run }) => run)).size).toBe(2);
});

test('takes secrets out of details, and cuts long ones after that', async () => {
  const secret = 'x'.repeat(40);
  const log = new AuditLog(file, { ...RUN, redact: new Redactor([secret]).redact });

  log.record('release', 'failed', 1, `${'.'.repeat(1980)}${secret} and more ${'.'.repeat(100)}`);

  const { entries } = readAuditLog(file);
  expect(entries[0]!.detail).toHaveLength(2000);
  expect(entries[0]!.detail).toMatch(/\.\*\*\* and more \.+…$/);
});

test('can be read by its owner alone', async () => {
  new AuditLog(file, RUN).record('release', 'done', 1);

  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('begins a line of its own after a write that did not end', async () => {
  new AuditLog(file, RUN).record('credentials', 'done', 1);
  await appendFile(file, '{"time":"2026-01-01T00:00');

  new AuditLog(file, RUN).record('release', 'done', 1);

  const { entries, broken } = readAuditLog(file);
  expect(entries.map(({ action }) => action)).toEqual(['credentials', 'release']);
  expect(broken).toBe(1);
});

test('loses and mixes no line of processes that write at the same time', async () => {
  const script = `
    const { AuditLog } = await import(${JSON.stringify(new URL('../../scripts/audit-log.ts', import.meta.url).href)});
    const log = new AuditLog(process.argv[1], ${JSON.stringify(RUN)});
    for (let i = 0; i < 300; i++) log.record('action-' + i, 'done', i, '.'.repeat((i * 7) % 1900));
    if (log.problem !== undefined) throw new Error(log.problem);`;
  const write = () => execa('node', ['--import', 'tsx', '--input-type=module', '--eval', script, file]);

  await Promise.all([write(), write(), write()]);

  const { entries, broken } = readAuditLog(file);
  expect(broken).toBe(0);
  const runs = new Map<string, string[]>();
  for (const { run, action } of entries) runs.set(run, [...(runs.get(run) ?? []), action]);
  const everything = Array.from({ length: 300 }, (_, i) => `action-${i}`);
  expect([...runs.values()]).toEqual([everything, everything, everything]);
});

test('a log that cannot be written is a problem to tell, and stops nothing', () => {
  const log = new AuditLog(join(directory.path, 'missing', 'audit.log'), RUN);
  expect(log.problem).toBeUndefined();

  log.record('release', 'done', 1);

  expect(log.problem).toBe(
    `unable to write ${directory.path}/missing/audit.log: ENOENT: no such file or directory, open '${directory.path}/missing/audit.log'`,
  );
});

test('the actor is the user of the operating system, with that of the kubeconfig', () => {
  const user = `${userInfo().username}@${hostname()}`;

  expect(currentActor()).toEqual({ user });
  expect(currentActor('admin')).toEqual({ user, kubeconfig: 'admin' });
});

test('git ignores the log', async () => {
  const { stdout } = await execa('git', ['check-ignore', AUDIT_LOG], { cwd: join(AUDIT_LOG, '..') });

  expect(stdout).toBe(AUDIT_LOG);
});
