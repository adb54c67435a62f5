import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cut } from './cut.ts';

/** Where all commands write, in the repository's root. */
export const AUDIT_LOG = fileURLToPath(new URL('../audit.log', import.meta.url));

/** Who does it. */
export interface Actor {
  /** `ada@laptop`, as the operating system has them. */
  readonly user: string;
  /** The user of the kubeconfig's context. */
  readonly kubeconfig?: string;
}

export type AuditResult = 'done' | 'skipped' | 'failed' | 'interrupted';

/** One line of the log. */
export interface AuditEntry {
  /** When the action ended, ISO 8601. */
  readonly time: string;
  /** The same for all actions of one run. */
  readonly run: string;
  readonly actor: Actor;
  /** For example `apply`. */
  readonly command: string;
  readonly context: string;
  readonly namespace: string;
  readonly release: string;
  /** For example `credentials`. */
  readonly action: string;
  readonly result: AuditResult;
  readonly seconds: number;
  readonly detail?: string;
}

export type AuditLogOptions = Pick<AuditEntry, 'actor' | 'context' | 'namespace' | 'release' | 'command'> & {
  /** Takes secrets out of the details. @default - they are written as they are */
  readonly redact?: (text: string) => string;
};

/** Longer details are cut: the log says what was done, and evidence is elsewhere. */
const LONGEST_DETAIL = 2000;

/**
 * What a command does, one JSON line for each action. Several processes may write at the same time. An action is not
 * stopped because it cannot be recorded: what then went wrong is in `problem`.
 */
export class AuditLog {
  readonly #file: string;
  readonly #options: AuditLogOptions;
  readonly #run = randomBytes(4).toString('hex');
  #problem: string | undefined;

  /** @param file is made with the first entry */
  constructor(file: string, options: AuditLogOptions) {
    this.#file = file;
    this.#options = options;
  }

  /** Why not everything is in the log, in one line. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** @param seconds how long it took; thousandths are kept */
  record(action: string, result: AuditResult, seconds: number, detail?: string): void {
    const { redact = (text) => text, actor, command, context, namespace, release } = this.#options;
    const entry: AuditEntry = {
      time: new Date().toISOString(),
      run: this.#run,
      actor,
      command,
      context,
      namespace,
      release,
      action,
      result,
      seconds: Math.round(seconds * 1000) / 1000,
      ...(detail === undefined ? {} : { detail: cut(redact(detail), LONGEST_DETAIL) }),
    };
    try {
      appendLine(this.#file, JSON.stringify(entry));
    } catch (error) {
      this.#problem ??= `unable to write ${this.#file}: ${(error as Error).message}`;
    }
  }
}

/** @param kubeconfig the user of the kubeconfig's context */
export function currentActor(kubeconfig?: string): Actor {
  return { user: `${userName()}@${hostname()}`, ...(kubeconfig === undefined ? {} : { kubeconfig }) };
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In a container a user may have a number alone.
    return `${process.getuid?.() ?? 'unknown'}`;
  }
}

/** One write at the end of the file: the system lets no other one come between. */
function appendLine(file: string, line: string): void {
  // Who works on which clusters is not for everybody on this machine.
  const descriptor = openSync(file, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, 0o600);
  try {
    const start = endsInLine(descriptor) ? '' : '\n';
    const bytes = Buffer.from(`${start}${line}\n`);
    const written = writeSync(descriptor, bytes);
    if (written < bytes.length) throw new Error(`${written} of ${bytes.length} bytes were written`);
  } finally {
    closeSync(descriptor);
  }
}

/** False after a write that a full disk or a power cut has ended early: that line alone is then lost. */
function endsInLine(descriptor: number): boolean {
  const { size } = fstatSync(descriptor);
  if (size === 0) return true;
  const last = Buffer.alloc(1);
  readSync(descriptor, last, 0, 1, size - 1);
  return last[0] === 0x0a;
}
