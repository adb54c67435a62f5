import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ExecaError, execa } from 'execa';

export interface TestBackendOptions {
  /** File that gets the results as JUnit XML. @default - none */
  readonly report?: string;
  /** Arguments for pytest. @default - all tests */
  readonly pytestArguments?: readonly string[];
}

const BACKEND = fileURLToPath(new URL('../docker/backend', import.meta.url));
const POSTGRES_IMAGE = 'postgres:17';
const REPORT_IN_CONTAINER = '/tmp/report.xml';

/**
 * Runs the backend's tests in its own image, against SQLite and a Postgres that lives as long as the tests.
 *
 * @returns pytest's exit code; that of a shell (128 and the signal's number) after a signal
 * @throws TestBackendError when Docker is not there, or the image cannot be built
 */
export async function testBackend({ report, pytestArguments = [] }: TestBackendOptions): Promise<number> {
  await requireDocker();
  const name = `todo-backend-test-${randomBytes(4).toString('hex')}`;
  const postgres = `${name}-postgres`;
  const stop = new AbortController();
  const signals = { SIGINT: 130, SIGTERM: 143 } as const;
  let stoppedWith: number | undefined;
  const onSignal = (signal: keyof typeof signals) => {
    stoppedWith = signals[signal];
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  // In a process group of its own, so that Ctrl-C reaches a child only through this process, which cleans up afterwards.
  const docker = (args: readonly string[], stdio: 'inherit' | 'pipe') =>
    execa('docker', args, { stdio, cancelSignal: stop.signal, detached: true });
  try {
    await build(name, (args) => docker(args, 'inherit'));
    await docker(['network', 'create', name], 'pipe');
    const password = randomBytes(16).toString('hex');
    const settings = ['--env', `POSTGRES_PASSWORD=${password}`, '--tmpfs', '/var/lib/postgresql/data'];
    await docker(
      ['run', '--detach', '--name', postgres, '--network', name, ...settings, POSTGRES_IMAGE, '-c', 'fsync=off'],
      'pipe',
    );
    await untilPostgresAnswers(postgres, stop.signal);
    const url = `postgresql://postgres:${password}@${postgres}:5432/postgres`;
    const command = ['pytest', '-p', 'no:cacheprovider', `--junitxml=${REPORT_IN_CONTAINER}`, ...pytestArguments];
    const run = ['run', '--name', name, '--network', name, '--env', `TEST_DATABASE_URL=${url}`, name, ...command];
    const { exitCode = 1 } = await execa('docker', run, {
      stdio: 'inherit',
      cancelSignal: stop.signal,
      detached: true,
      reject: false,
    });
    if (report !== undefined && stoppedWith === undefined) await copyReport(name, resolve(report));
    return stoppedWith ?? exitCode;
  } catch (error) {
    if (stoppedWith !== undefined) return stoppedWith;
    if (error instanceof ExecaError) throw new TestBackendError(lastLine(error), { cause: error });
    throw error;
  } finally {
    // What is not there any more is no failure; and one that cannot be removed must not keep the next from it.
    for (const args of [
      ['rm', '--force', '--volumes', name, postgres],
      ['network', 'rm', name],
      ['image', 'rm', '--no-prune', name],
    ]) {
      await execa('docker', args, { reject: false, detached: true });
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
}

/** Why the tests could not run, as one line. */
export class TestBackendError extends Error {}

async function requireDocker(): Promise<void> {
  const { code, exitCode, stderr } = await execa('docker', ['info', '--format', '{{.ServerVersion}}'], {
    reject: false,
  });
  if (code === 'ENOENT') throw new TestBackendError("unable to run 'docker'. Is it installed?");
  if (exitCode !== 0) {
    throw new TestBackendError(
      `the Docker daemon does not answer. Is it running? (${stderr.trim().split('\n').at(-1)})`,
    );
  }
}

async function build(tag: string, docker: (args: readonly string[]) => PromiseLike<unknown>): Promise<void> {
  try {
    await docker(['build', '--target', 'test', '--tag', tag, BACKEND]);
  } catch (error) {
    if (error instanceof ExecaError && !error.isCanceled) {
      throw new TestBackendError("the stage 'test' of docker/backend cannot be built; see above", { cause: error });
    }
    throw error;
  }
}

async function untilPostgresAnswers(container: string, cancelSignal: AbortSignal): Promise<void> {
  // Over TCP: while it sets itself up, Postgres answers on its socket already, and then starts anew.
  const args = ['exec', container, 'pg_isready', '--quiet', '--host', '127.0.0.1', '--username', 'postgres'];
  for (let attempt = 0; attempt < 120; attempt++) {
    const { exitCode, isCanceled } = await execa('docker', args, { reject: false, cancelSignal, detached: true });
    if (exitCode === 0) return;
    if (isCanceled) break;
    await new Promise((done) => setTimeout(done, 500));
  }
  throw new TestBackendError(`${POSTGRES_IMAGE} did not start within a minute`);
}

async function copyReport(container: string, file: string): Promise<void> {
  const { exitCode, stdout } = await execa('docker', ['cp', `${container}:${REPORT_IN_CONTAINER}`, '-'], {
    reject: false,
    encoding: 'buffer',
  });
  if (exitCode !== 0) throw new TestBackendError('pytest has written no report');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, onlyFileOf(stdout));
}

/** The content of the one file in a tar archive; `docker cp` to a path would make it root's on some systems. */
function onlyFileOf(archive: Uint8Array): Uint8Array {
  const size = Number.parseInt(Buffer.from(archive.subarray(124, 135)).toString('latin1'), 8);
  return archive.subarray(512, 512 + size);
}

function lastLine(error: ExecaError): string {
  return `${error.shortMessage}: ${String(error.stderr ?? '')
    .trim()
    .split('\n')
    .at(-1)}`;
}

const USAGE = `npm run test:backend -- [options] [-- PYTEST ARGUMENTS]

Runs the tests of docker/backend in its image, against SQLite and a Postgres of their own. Needs Docker alone.
  npm run test:backend
  npm run test:backend -- --report reports/backend.xml
  npm run test:backend -- -- tests/test_chat.py -x

  --report FILE   write the results as JUnit XML
  --help          this text`;

/** Runs the tests for a command line. Sets the exit code: pytest's, 1 for a mistake, 2 for wrong usage. */
export async function testBackendCommand(args: readonly string[]): Promise<void> {
  const options = parse(args);
  if (options === undefined) return;
  try {
    process.exitCode = await testBackend(options);
  } catch (error) {
    if (!(error instanceof TestBackendError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function parse(args: readonly string[]): TestBackendOptions | undefined {
  const end = args.indexOf('--');
  const own = end < 0 ? args : args.slice(0, end);
  try {
    const { values } = parseArgs({
      args: [...own],
      options: { report: { type: 'string' }, help: { type: 'boolean' } },
    });
    if (values.help !== true) return { report: values.report, pytestArguments: end < 0 ? [] : args.slice(end + 1) };
    console.log(USAGE);
  } catch (error) {
    console.error(`${(error as Error).message.split('. ')[0]}; see npm run test:backend -- --help`);
    process.exitCode = 2;
  }
  return undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await testBackendCommand(process.argv.slice(2));
}
