import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ChartError } from '../chart/errors.ts';
import { type ExistingTarget, existingTarget } from './apply/existing-target.ts';
import { AUDIT_LOG, AuditLog, currentActor } from './audit-log.ts';
import { clusterFailure } from './cluster-failure.ts';
import { CommandError } from './command-error.ts';
import { confirm } from './confirm.ts';
import { INSTALLATION_OPTIONS, INSTALLATION_USAGE, type Installation, installation } from './installation.ts';
import { runCommand } from './run-command.ts';
import { chosenGates } from './validate/chosen-gates.ts';
import { commitOf, environmentOf } from './validate/environment.ts';
import type { Gate } from './validate/gate.ts';
import { GATES } from './validate/gates.ts';
import { LiveRelease } from './validate/live-release.ts';
import { Progress } from './validate/progress.ts';

import { compareReports, comparisonJson, isWorse } from './validate/report/compare-reports.ts';
import { comparisonLines } from './validate/report/comparison-lines.ts';
import { linesOfGate, summaryLines } from './validate/report/gate-lines.ts';
import { readReports } from './validate/report/read-reports.ts';
import type { Report } from './validate/report/report.ts';
import { writeReport } from './validate/report/write-report.ts';
import { runGates } from './validate/run-gates.ts';
import { shareableValues } from './validate/shareable-values.ts';
import { wrapped } from './wrapped.ts';

const USAGE = `npm run validate -- [options]

Proves by measurement that a release is well: ten gates, each held against its
limit. What a gate changes is brought back, also after Ctrl-C. A gate that
cannot run has failed, and says what is missing.

${GATES.flatMap(({ number, name, limit }) => listed(`  ${`${number}`.padStart(2)} ${name.padEnd(16)}`, limit)).join('\n')}

  --gate LIST        only these, such as 1,5-8
  --quick            short waits; every gate runs all the same
  --report DIR       where the report goes (validation/RELEASE-TIME)
  --yes              do not ask before gates that take pods away, on a cluster
                     that is not Minikube's
  --compare OLD NEW  what two reports differ in
${INSTALLATION_USAGE}
  --json             for machines
  --help             this text

Exits with 0 when all gates have passed, 1 when one has failed, 2 for wrong
usage, 3 when it could not start, 130 after Ctrl-C.`;

/** A text behind a title, below itself where it goes on. */
function listed(title: string, text: string): string[] {
  return wrapped(text, 79 - title.length).map((line, i) => (i === 0 ? title : ' '.repeat(title.length)) + line);
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

interface Arguments {
  readonly which: Installation;
  readonly context: string | undefined;
  readonly gates: readonly Gate[];
  readonly quick: boolean;
  readonly yes: boolean;
  readonly json: boolean;
  readonly report: string | undefined;
}

async function validateCommand(args: readonly string[]): Promise<void> {
  await runCommand({ name: 'validate', json: args.includes('--json') }, async ({ signal }) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        ...INSTALLATION_OPTIONS,
        gate: { type: 'string' },
        quick: { type: 'boolean', default: false },
        report: { type: 'string' },
        yes: { type: 'boolean', default: false },
        compare: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean' },
      },
    });
    const directory = process.env.INIT_CWD ?? process.cwd();
    if (values.help === true) {
      console.log(USAGE);
      return;
    }
    const { context, quick, yes, json } = values;
    if (values.compare) {
      await compare(
        positionals.map((path) => resolve(directory, path)),
        json,
      );
      return;
    }
    if (positionals.length > 0)
      throw new CommandError(`'${positionals[0]}' is no option; see npm run validate -- --help`, { exitCode: 2 });
    const report = values.report === undefined ? undefined : resolve(directory, values.report);
    const which = installation(values);
    await validate({ which, context, gates: chosenGates(GATES, values.gate), quick, yes, json, report }, signal);
  });
}

async function validate(options: Arguments, signal: AbortSignal): Promise<void> {
  const { which, gates, quick, json } = options;
  const started = new Date();
  const time = started.toISOString().slice(0, 19).replaceAll(':', '-');
  const directory = options.report ?? join(ROOT, 'validation', `${which.release}-${time}`);
  await requireWritable(directory);
  const { target, release } = await begin(options, signal);
  const audit = new AuditLog(AUDIT_LOG, {
    ...{ actor: currentActor(target.cluster.user), command: 'validate', context: target.context },
    ...{ namespace: which.namespace, release: which.release },
  });
  const progress = new Progress(json);
  try {
    const [environment, commit] = await Promise.all([
      environmentOf(release, target.minikube !== undefined, signal),
      commitOf(signal),
    ]).catch((error) => {
      throw notStarted(which, error);
    });
    const reports = await runGates(gates, {
      ...{ release, quick, minikube: target.minikube?.command, signal },
      onProgress: ({ number, name }, line) =>
        progress.tell(`${number} ${name}${line === undefined ? '' : `: ${line}`}`),
      onGate: (gate) => {
        progress.print(linesOfGate(gate));
        audit.record(`gate ${gate.number}`, gate.status === 'passed' ? 'done' : 'failed', gate.seconds, gate.measured);
      },
    });
    const { chart, revision, values } = release.original;
    const report: Report = {
      schema: 'todo-infra/validation/v1',
      ok: reports.every(({ status }) => status === 'passed'),
      started: started.toISOString(),
      seconds: Math.round((Date.now() - started.getTime()) / 100) / 10,
      quick,
      commit,
      release: {
        ...{ preset: which.preset.name, name: which.release, namespace: which.namespace, context: target.context },
        ...{ revision, chart: `${chart.name}-${chart.version}`, appVersion: chart.appVersion },
        values: shareableValues(values),
      },
      environment,
      gates: reports,
    };
    await writeReport(directory, report);
    if (json) console.log(JSON.stringify(report, null, 2));
    else progress.print(['', ...summaryLines(report, { directory })]);
    process.exitCode = report.ok ? 0 : 1;
  } finally {
    progress.end();
    await release.close();
    if (audit.problem !== undefined) console.error(audit.problem);
  }
}

/** @throws CommandError with exit code 3 where there is nothing that could be validated */
/** What takes minutes must not be lost because it cannot be written. */
async function requireWritable(directory: string): Promise<void> {
  try {
    await access(directory, constants.W_OK);
    if ((await stat(directory)).isDirectory()) return;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(directory) !== directory) return requireWritable(dirname(directory));
    throw new CommandError(`no report can be written to ${directory}: ${message}`, { exitCode: 3, cause });
  }
  throw new CommandError(`no report can be written to ${directory}: it is a file; choose a directory with --report`, {
    exitCode: 3,
  });
}

async function begin(
  { which, context, gates, yes }: Arguments,
  signal: AbortSignal,
): Promise<{ target: ExistingTarget; release: LiveRelease }> {
  try {
    const target = await existingTarget({ context, signal });
    const disruptive = gates.filter(({ isDisruptive }) => isDisruptive);
    if (target.minikube === undefined && disruptive.length > 0)
      await confirm(
        `take pods of release ${which.release} in namespace ${which.namespace} of context ${target.context} away, and change it for a while (gates ${disruptive.map(({ number }) => number).join(', ')})`,
        { yes, signal },
      );
    return { target, release: await LiveRelease.open({ cluster: target.cluster, installation: which, signal }) };
  } catch (error) {
    throw notStarted(which, error);
  }
}

function notStarted({ release }: Arguments['which'], error: unknown): CommandError {
  if (error instanceof ChartError)
    return new CommandError(
      `the values of release ${release} are not those of this version's chart: ${error.message}`,
      {
        details: ['deploy it anew, with: npm run apply'],
        exitCode: 3,
        cause: error,
      },
    );
  const { message, details } = clusterFailure(`look at release ${release}`, error);
  return new CommandError(message, { details, exitCode: 3, cause: error });
}

async function compare(paths: readonly string[], json: boolean): Promise<void> {
  const [before, after, ...more] = paths;
  if (before === undefined || after === undefined || more.length > 0)
    throw new CommandError(`--compare takes two reports, OLD and NEW; there are ${paths.length}`, { exitCode: 2 });
  const comparison = compareReports(...(await readReports(before, after)));
  console.log(json ? comparisonJson(comparison) : comparisonLines(comparison).join('\n'));
  process.exitCode = isWorse(comparison) ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await validateCommand(process.argv.slice(2));
