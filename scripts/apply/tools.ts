import { CommandError } from '../command-error.ts';
import { firstLine } from '../first-line.ts';
import { runProcess } from '../process.ts';

/** A program that a command needs. */
export interface Tool {
  readonly name: string;
  /** Undefined where it is not installed, or does not answer. */
  readonly version: string | undefined;
  /** As `20.12`. */
  readonly needed: string;
  /** Where it cannot be used: one line with what to do. */
  readonly problem?: string;
}

interface ToolQuestion {
  readonly needed: string;
  readonly args: readonly string[];
  readonly read: (stdout: string) => string | undefined;
  readonly install: string;
}

const QUESTIONS = {
  docker: {
    needed: '20.10',
    args: ['version', '--format', '{{.Server.Version}}'],
    read: (text) => text.trim(),
    install: 'https://docs.docker.com/get-docker/',
  },
  kubectl: {
    needed: '1.30',
    args: ['version', '--client', '--output', 'json'],
    read: (text) => (JSON.parse(text) as { clientVersion: { gitVersion: string } }).clientVersion.gitVersion,
    install: 'https://kubernetes.io/docs/tasks/tools/',
  },
  helm: {
    needed: '3.14',
    args: ['version', '--template', '{{.Version}}'],
    read: (text) => text.trim(),
    install: 'https://helm.sh/docs/intro/install/',
  },
  minikube: {
    needed: '1.32',
    args: ['version', '--output', 'json'],
    read: (text) => (JSON.parse(text) as { minikubeVersion: string }).minikubeVersion,
    install: 'https://minikube.sigs.k8s.io/docs/start/',
  },
} as const satisfies Record<string, ToolQuestion>;

export type ToolName = keyof typeof QUESTIONS;

/** What the programs say of themselves. They are asked all at once, before it is known which ones are needed. */
export class Tools {
  readonly #answers: ReadonlyMap<ToolName, Promise<Tool>>;

  constructor(signal?: AbortSignal) {
    const names = Object.keys(QUESTIONS) as ToolName[];
    this.#answers = new Map(names.map((name) => [name, findTool(name, signal)]));
    // Whoever needs one gets its error.
    for (const answer of this.#answers.values()) answer.catch(() => undefined);
  }

  /** Node.js is always among them. */
  async find(names: readonly ToolName[]): Promise<Tool[]> {
    const node = checked('node', process.versions.node, '20.12', 'https://nodejs.org/');
    return [node, ...(await Promise.all(names.map((name) => this.#answers.get(name)!)))];
  }
}

async function findTool(name: ToolName, signal: AbortSignal | undefined): Promise<Tool> {
  const { needed, args, read, install }: ToolQuestion = QUESTIONS[name];
  try {
    const { stdout, stderr, exitCode } = await runProcess(name, args, { signal });
    if (exitCode === 0) return checked(name, bare(read(stdout) ?? ''), needed, install);
    return { name, version: undefined, needed, problem: silent(name, stderr || stdout) };
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof SyntaxError)) throw error;
    const problem = `${name} ${needed} or newer is needed, and there is none on PATH; install it: ${install}`;
    return { name, version: undefined, needed, problem };
  }
}

function silent(name: string, said: string): string {
  if (name === 'docker' && /permission denied/i.test(said))
    return `docker is there, and this user may not use it; add the user to the group 'docker', or use rootless Docker`;
  if (name === 'docker') return 'docker is there, and its engine does not answer; start it';
  return `${name} is there, and does not tell its version: ${firstLine(said)}`;
}

function checked(name: string, version: string, needed: string, install: string): Tool {
  if (isAtLeast(version, needed)) return { name, version, needed };
  return { name, version, needed, problem: `${name} is ${version}; ${needed} or newer is needed: ${install}` };
}

/** Compares major and minor: `1.34.4` is at least `1.30`. */
export function isAtLeast(version: string, needed: string): boolean {
  const [major = 0, minor = 0] = numbers(version);
  const [wantedMajor = 0, wantedMinor = 0] = numbers(needed);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function numbers(version: string): number[] {
  return bare(version).split('.').map(Number.parseFloat);
}

function bare(version: string): string {
  return version.replace(/^v/, '');
}
