import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { AUDIT_LOG, type AuditEntry } from './audit-log.ts';
import { CommandError } from './command-error.ts';
import { cut } from './cut.ts';

const USAGE = `npm run audit -- [options]

What the commands have done to clusters: who, when, what, and what came of it.
It is read from audit.log, which has one JSON line for each action.

  --last N   only the last N actions; 0 for all (default: 50)
  --json     for machines
  --help     this text`;

const WIDTH = 80;
// picocolors also takes the variable CI for a terminal; what is piped stays plain.
const colors = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** What is in the log, the oldest first, and how many lines of it cannot be read. */
export interface AuditTrail {
  readonly entries: readonly AuditEntry[];
  readonly broken: number;
}

/** @throws CommandError where there is a log that cannot be opened; where there is none, nothing has been done */
export function readAuditLog(file: string): AuditTrail {
  const lines = readLog(file)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const entries = lines.flatMap((line) => parseEntry(line) ?? []);
  return { entries, broken: lines.length - entries.length };
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw new CommandError(`unable to read the audit log: ${(error as Error).message}`, { cause: error });
  }
}

const TEXTS = ['time', 'run', 'command', 'context', 'namespace', 'release', 'action', 'result'] as const;

function parseEntry(line: string): AuditEntry | undefined {
  try {
    const entry = JSON.parse(line) as AuditEntry;
    const isWhole =
      TEXTS.every((name) => typeof entry[name] === 'string') &&
      typeof entry.actor.user === 'string' &&
      typeof entry.seconds === 'number' &&
      !Number.isNaN(Date.parse(entry.time));
    return isWhole ? entry : undefined;
  } catch {
    return undefined;
  }
}

/** The actions as a table, those of one run below the lines that say who has started it, and what. */
export function auditText({ entries, broken }: AuditTrail): string {
  const parts = runsOf(entries).map((run) => [...headOf(run[0]!), ...rowsOf(run)].join('\n'));
  if (parts.length === 0) parts.push('nothing has been recorded');
  if (broken > 0) parts.push(`${broken === 1 ? '1 line' : `${broken} lines`} of the log cannot be read`);
  return parts.join('\n\n');
}

/** Two runs at the same time have their lines mixed. */
function runsOf(entries: readonly AuditEntry[]): (readonly [AuditEntry, ...AuditEntry[]])[] {
  const runs = new Map<string, [AuditEntry, ...AuditEntry[]]>();
  for (const entry of entries) {
    const run = runs.get(entry.run);
    if (run === undefined) runs.set(entry.run, [entry]);
    else run.push(entry);
  }
  return [...runs.values()];
}

function headOf({ time, actor, command, release, namespace, context }: AuditEntry): string[] {
  const who = actor.kubeconfig === undefined ? actor.user : `${actor.user} (${actor.kubeconfig} in the kubeconfig)`;
  return [
    cut(`${localTime(time)}  ${oneLine(command)} ${oneLine(release)}`, WIDTH),
    cut(`  by ${oneLine(who)}`, WIDTH),
    cut(`  in namespace ${oneLine(namespace)}, context ${oneLine(context)}`, WIDTH),
  ];
}

function rowsOf(run: readonly AuditEntry[]): string[] {
  const width = Math.max(...run.map(({ action }) => action.length));
  return run.map(({ action, result, seconds, detail = '' }) => {
    const name = `  ${oneLine(action).padEnd(width)}  `;
    const outcome = result.padEnd('interrupted'.length);
    const rest = `  ${`${seconds.toFixed(1)} s`.padStart(7)}  ${oneLine(detail)}`.trimEnd();
    return name + coloured(outcome) + cut(rest, WIDTH - name.length - outcome.length);
  });
}

function coloured(outcome: string): string {
  const result = outcome.trim();
  if (result === 'failed' || result === 'interrupted') return colors.red(outcome);
  return result === 'skipped' ? colors.dim(outcome) : outcome;
}

/** The log may hold what a server has answered: no line breaks, and nothing that a terminal would obey. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

function localTime(time: string): string {
  const date = new Date(time);
  const two = (number: number) => `${number}`.padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[two(date.getHours()), two(date.getMinutes()), two(date.getSeconds())].join(':')}`;
}

/** Prints the log for a command line. Sets the exit code. */
export function auditCommand(args: readonly string[], file: string = AUDIT_LOG): void {
  try {
    const options = parse(args);
    if (options === undefined) {
      console.log(USAGE);
      return;
    }
    const { entries, broken } = readAuditLog(file);
    const shown = { entries: options.last === 0 ? entries : entries.slice(-options.last), broken };
    console.log(options.json ? JSON.stringify(shown, null, 2) : auditText(shown));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(error.message);
    process.exitCode = error.exitCode;
  }
}

/** @returns undefined for --help */
function parse(args: readonly string[]): { last: number; json: boolean } | undefined {
  const { values } = parsedArguments(args);
  if (values.help === true) return undefined;
  const { last = '50', json = false } = values;
  if (!/^\d+$/.test(last))
    throw new CommandError(`--last '${last}' must be a whole number; see npm run audit -- --help`, { exitCode: 2 });
  return { last: Number(last), json };
}

function parsedArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { last: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } },
    });
  } catch (error) {
    const [message] = (error as Error).message.split(/\.\s/);
    throw new CommandError(`${message}; see npm run audit -- --help`, { exitCode: 2, cause: error });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) auditCommand(process.argv.slice(2));
