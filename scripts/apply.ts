import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ApplyRun } from './apply/apply-run.ts';
import { recover } from './apply/recover.ts';
import { type RunStepsOptions, runSteps, type StepRecord } from './apply/run-steps.ts';
import { findTarget } from './apply/target.ts';
import { Tools } from './apply/tools.ts';
import { AUDIT_LOG, AuditLog, currentActor } from './audit-log.ts';
import { CommandError } from './command-error.ts';
import { confirm } from './confirm.ts';
import { INSTALLATION_USAGE, VALUED_INSTALLATION_OPTIONS, valuedInstallation, valuedOptions } from './installation.ts';
import { type CommandWork, runCommand } from './run-command.ts';
import { waitTimeout } from './wait-timeout.ts';

const USAGE = `npm run apply -- [options]

Takes a clone to a healthy release with an address that a browser opens: checks
the tools, starts Minikube, builds and loads the images, makes the Secret,
installs the chart, watches the pods, and tries the address. What is as it
should be is left alone. After a failure the evidence is saved and the last good
revision comes back.

${INSTALLATION_USAGE}
  --profile NAME     local, cluster or default (Minikube: local, else default)
  -f, --values FILE  values over the profile's; repeatable, as are --set,
  --set PATH=VALUE   --set-string, --set-json, --set-file and --set-literal
  --env-file FILE    credentials (.env, if it is there; see .env.example)
  --registry HOST    push the images there, and run them by their digests
  --wait-timeout T   time for the pods to become ready, as 90s or 3m (120s)
  --dry-run          tell what would be done, and change nothing
  --open             keep a tunnel open until Ctrl-C, where one is needed
  --yes              do not ask before a cluster that is not Minikube's
  --json             for machines
  --help             this text

Exits with 0 when everything is ready, 1 when it is not, 2 for wrong usage, 130
after Ctrl-C.`;

interface Arguments {
  readonly options: Omit<ConstructorParameters<typeof ApplyRun>[0], 'target' | 'tools' | 'signal'>;
  readonly context: string | undefined;
  readonly json: boolean;
}

/** Runs `apply` for a command line and says what happened. Sets the exit code. */
export async function applyCommand(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  await runCommand({ name: 'apply', json }, async (work) => {
    const parsed = parse(args);
    if (parsed === undefined) console.log(USAGE);
    else await apply(parsed, work);
  });
}

async function apply({ options, context, json }: Arguments, { signal }: CommandWork): Promise<void> {
  const started = performance.now();
  const { installation, dryRun, yes } = options;
  const tools = new Tools(signal);
  const target = await findTarget({ context, signal });
  if (target.minikube === undefined && !dryRun)
    await confirm(
      `change namespace '${installation.namespace}' of context '${target.context}', which is not Minikube's`,
      {
        yes,
        signal,
      },
    );
  const run = new ApplyRun({ ...options, target, tools, signal });
  const { redact } = run.redactor;
  const audit = new AuditLog(AUDIT_LOG, {
    actor: currentActor(target.cluster?.user),
    context: target.context,
    namespace: installation.namespace,
    release: installation.release,
    command: dryRun ? 'apply --dry-run' : 'apply',
    redact,
  });
  const records: StepRecord[] = [];
  const stepOptions: RunStepsOptions = {
    silent: json,
    redact,
    onStep: (record) => {
      records.push(record);
      const result = record.outcome === 'failed' && signal.aborted ? 'interrupted' : record.outcome;
      audit.record(record.name, result, record.seconds, record.what);
    },
  };
  try {
    await runSteps(run.steps, stepOptions);
    const seconds = (performance.now() - started) / 1000;
    if (json) console.log(JSON.stringify({ ok: true, seconds, ...document(run, records) }, null, 2));
    else if (!dryRun) console.log(closing(run));
  } catch (error) {
    const recovery = await recover(run, error, stepOptions);
    throw failure(run, error, { ...document(run, records), ...recovery });
  } finally {
    await run.end();
    if (audit.problem !== undefined) console.error(audit.problem);
  }
  if (options.open && run.access?.isTunnel === true) await run.access.stay(signal);
}

/** The same error, without secrets, and with what machines are told. */
function failure({ redactor }: ApplyRun, error: unknown, document: object): unknown {
  if (!(error instanceof CommandError)) return error;
  const { message, details, exitCode } = error;
  const { redact } = redactor;
  return new CommandError(redact(message), { details: details.map(redact), exitCode, document, cause: error });
}

function document(run: ApplyRun, steps: readonly StepRecord[]): object {
  const { installation, target } = run.options;
  const { release, namespace, preset } = installation;
  return {
    preset: preset.name,
    context: target.context,
    namespace,
    release,
    revision: run.revision ?? null,
    steps: steps.map(({ lines: _, ...step }) => step),
    addresses: run.access?.tried ?? [],
    findings: JSON.parse(run.redactor.redact(JSON.stringify(run.findings))),
  };
}

function closing({ access, options }: ApplyRun): string {
  const { namespace, release, preset } = options.installation;
  const flags = [
    ...(preset.name === 'todo-chatbot' ? [] : [`--preset ${preset.name}`]),
    ...(namespace === preset.namespace ? [] : [`--namespace ${namespace}`]),
    ...(release === preset.name ? [] : [`--release ${release}`]),
  ];
  const more = flags.length === 0 ? '' : ` -- ${flags.join(' ')}`;
  const where = access?.address === undefined ? access?.command : access.address.url;
  return ['', `Open ${where}`, `See how it is with: npm run status${more}`].join('\n');
}

/** @returns undefined for --help */
function parse(args: readonly string[]): Arguments | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...VALUED_INSTALLATION_OPTIONS,
      'env-file': { type: 'string' },
      registry: { type: 'string' },
      'wait-timeout': { type: 'string' },
      'dry-run': { type: 'boolean' },
      open: { type: 'boolean' },
      yes: { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return undefined;
  const directory = process.env.INIT_CWD ?? process.cwd();
  const { 'env-file': envFile, registry, context } = values;
  return {
    context,
    json: values.json === true,
    options: {
      installation: valuedInstallation({
        ...valuedOptions(values),
        values: (values.values ?? []).map((file) => resolve(directory, file)),
      }),
      directory,
      envFile: envFile === undefined ? undefined : resolve(directory, envFile),
      registry,
      deadline: waitTimeout(values['wait-timeout'] ?? '120s'),
      dryRun: values['dry-run'] === true,
      isContextNamed: context !== undefined,
      open: values.open === true,
      yes: values.yes === true,
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await applyCommand(process.argv.slice(2));
