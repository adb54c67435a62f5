import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** `npm run test:parity` with these options. */
function run(...args: readonly string[]) {
  return execa('node', ['--import', 'tsx', '__tests__/parity/run.ts', ...args], { cwd: ROOT, reject: false });
}

test('npm run test:parity tells of each program what was reached, and the totals', async () => {
  const { stdout, exitCode } = await run('--program', 'tenants', '--cases', '20', '--seed', '7');

  const lines = stdout.split('\n');
  expect(lines[0]).toMatch(/^tenants: \d+ cases, \d+ refused, \d+ renders, [\d.]+ s$/);
  expect(lines).toContain('  guards   32 of 32, combinations of answers');
  expect(lines.at(-1)).toMatch(/^\d+ cases, \d+ refused, \d+ renders, 0 programs differ, \d+ s \(seed 7\)$/);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(exitCode).toBe(0);
});

test.each([
  [['--cases', '0'], "--cases is '0'; expected a whole number of at least 1; see npm run test:parity -- --help"],
  [['--seed', 'x'], "--seed is 'x'; expected a whole number of at least 0; see npm run test:parity -- --help"],
  [['--case', '1'], "Unknown option '--case'; see npm run test:parity -- --help"],
])('npm run test:parity -- %s is wrong usage', async (args, message) => {
  const { stderr, exitCode } = await run(...args);

  expect(stderr).toBe(message);
  expect(exitCode).toBe(2);
});

test('npm run test:parity names the programs there are', async () => {
  const { stderr, exitCode } = await run('--program', 'todo');

  expect(stderr).toContain("'todo' is no program; expected one of api-gateway, blog,");
  expect(exitCode).toBe(2);
});
