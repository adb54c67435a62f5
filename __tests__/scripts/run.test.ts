import { execa } from 'execa';

test('a command is what its source is', async () => {
  const bundled = await node(['scripts/run.mjs', 'audit', '--help']);
  const source = await node(['--import', 'tsx', 'scripts/audit.ts', '--help']);

  expect(bundled).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('npm run audit') });
  expect(bundled.stdout).toBe(source.stdout);
});

test('a name that is no command is one line, with those that are', async () => {
  const { exitCode, stderr } = await node(['scripts/run.mjs', 'synth']);

  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^'synth' is no command; expected one of build, apply, .*, audit$/);
});

function node(args: readonly string[]) {
  return execa(process.execPath, args, { reject: false });
}
