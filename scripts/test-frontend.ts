import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ExecaError, execa } from 'execa';

export interface TestFrontendOptions {
  /** File for the results, as JUnit XML. @default - none */
  readonly report?: string;
}

const FRONTEND = fileURLToPath(new URL('../docker/frontend', import.meta.url));

/**
 * Installs what the frontend's lock file says, checks its types, builds it, and tests its parts and the built server.
 *
 * @throws ExecaError for the first step that fails
 */
export async function testFrontend({ report }: TestFrontendOptions): Promise<void> {
  const run = (command: string, args: readonly string[]) =>
    execa(command, args, { cwd: FRONTEND, stdio: 'inherit', env: { NEXT_TELEMETRY_DISABLED: '1' } });
  if (!isInstalled(FRONTEND)) await run('npm', ['ci', '--no-audit', '--no-fund']);
  await run('npm', ['run', '--silent', 'typecheck']);
  await run('npm', ['run', '--silent', 'build']);
  const tests = readdirSync(join(FRONTEND, 'tests')).filter((name) => name.endsWith('.test.ts'));
  const reporters = [
    ...reporter('spec', 'stdout'),
    ...(report === undefined ? [] : reporter('junit', resolve(report))),
  ];
  await run('node', ['--import', 'tsx', '--test', ...reporters, ...tests.map((name) => join('tests', name))]);
}

function reporter(name: string, destination: string): string[] {
  return [`--test-reporter=${name}`, `--test-reporter-destination=${destination}`];
}

type Packages = Readonly<Record<string, { version?: string; integrity?: string; optional?: boolean }>>;

/** Whether node_modules holds what package-lock.json says, and nothing else. Packages for other platforms may be missing. */
function isInstalled(dir: string): boolean {
  const locked = packagesOf(join(dir, 'package-lock.json'));
  let installed: Packages;
  try {
    installed = packagesOf(join(dir, 'node_modules/.package-lock.json'));
  } catch {
    return false;
  }
  const isSame = (path: string) =>
    installed[path]?.version === locked[path]?.version && installed[path]?.integrity === locked[path]?.integrity;
  return (
    Object.keys(installed).every((path) => locked[path] !== undefined) &&
    Object.entries(locked).every(
      ([path, { optional }]) => path === '' || isSame(path) || (optional === true && installed[path] === undefined),
    )
  );
}

function packagesOf(file: string): Packages {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

const USAGE = `npm run test:frontend -- [options]

Tests docker/frontend on this machine, without Docker: types, build, parts, and the built server as a process.

  --report FILE   write the results as JUnit XML
  --help          this text`;

/** Runs the tests for a command line. Sets the exit code: 1 when something fails, 2 for wrong usage. */
export async function testFrontendCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options === undefined) return;
  try {
    await testFrontend(options);
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    console.error(error.shortMessage);
    process.exitCode = 1;
  }
}

function parse(args: readonly string[]): TestFrontendOptions | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { report: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help === true) console.log(USAGE);
    else return { report: values.report };
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}; see npm run test:frontend -- --help`);
    process.exitCode = 2;
  }
  return undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await testFrontendCommand(process.argv.slice(2));
}
