import { delimiter } from 'node:path';
import { CommandError } from '../command-error.ts';
import { runProcess } from '../process.ts';
import type { Finding } from './finding.ts';
import { shortened } from './quotes.ts';

/** What another tool says, under our findings and never in their place. */
export interface SecondOpinion {
  readonly tool: string;
  readonly lines: readonly string[];
  /** Why it says nothing, where it should have. */
  readonly failure?: string;
}

export interface OpinionOptions {
  readonly namespace: string;
  readonly context: string;
  /** Whether it may be another than the current one, which some tools alone know. @default false */
  readonly isContextNamed?: boolean;
  readonly findings: readonly Finding[];
  readonly signal: AbortSignal;
  /** Milliseconds for each tool. @default 60000 */
  readonly patience?: number;
}

const PATIENCE = 60_000;
const MOST_LINES = 20;
const LONGEST = 400;

interface Tool {
  readonly name: string;
  /** Whether it can be told which context is meant. */
  readonly takesContext: boolean;
  arguments(question: string, options: OpinionOptions): readonly string[];
  /** What it says, of what it prints. */
  answer(stdout: string): string[];
}

/** Those that can be asked without a dialogue. They use the kubeconfig and the model that the user has given them. */
const TOOLS: readonly Tool[] = [
  {
    name: 'k8sgpt',
    takesContext: true,
    arguments: (_, { namespace, context }) => [
      ...['analyze', '--namespace', namespace, '--kubecontext', context, '--output', 'json', ...kubeconfig()],
    ],
    answer: analysis,
  },
  {
    name: 'kubectl-ai',
    takesContext: false,
    // Its settings may allow it to change things without asking, and here nobody could be asked.
    arguments: (question) => ['--quiet', '--skip-permissions=false', ...kubeconfig(), question],
    answer: plain,
  },
  {
    name: 'kagent',
    takesContext: false,
    arguments: (question) => ['invoke', '--agent', 'k8s-agent', '--task', question],
    answer: plain,
  },
];

/** k8sgpt reads the variable only where it is told so. Of several files these tools take none. */
function kubeconfig(): string[] {
  const file = process.env.KUBECONFIG ?? '';
  return file === '' || file.includes(delimiter) ? [] : ['--kubeconfig', file];
}

export const TOOL_NAMES = TOOLS.map(({ name }) => name);

/**
 * Asks every such tool that is on PATH, all at once. Only the text of our findings goes to them; what they read of the
 * cluster themselves is between them and the user.
 *
 * @returns none where there is no such tool
 */
export async function secondOpinions(options: OpinionOptions): Promise<SecondOpinion[]> {
  const opinions = await Promise.all(TOOLS.map((tool) => ask(tool, options)));
  return opinions.filter((opinion) => opinion !== undefined);
}

async function ask(tool: Tool, options: OpinionOptions): Promise<SecondOpinion | undefined> {
  const { name } = tool;
  const { signal, patience = PATIENCE } = options;
  const failed = (failure: string): SecondOpinion => ({ tool: name, lines: [], failure });
  const isElsewhere = options.isContextNamed === true && !tool.takesContext;
  try {
    const args = isElsewhere ? ['version'] : tool.arguments(questionOf(options), options);
    const result = await runWithin(patience, name, args, signal);
    if (isElsewhere) return failed('is not asked: it knows the current context alone; leave --context out');
    if (result === undefined) return failed(`has not answered within ${patience / 1000} s`);
    const said = result.stderr.trim() || result.stdout.trim();
    if (result.exitCode !== 0) return failed(`ends with ${result.exitCode}: ${shortened(said, 160) || 'no word'}`);
    const lines = tool.answer(result.stdout);
    return lines.length === 0 ? failed('says nothing') : { tool: name, lines: bounded(lines) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return /Is it installed/.test(error.message) ? undefined : failed(error.message);
  }
}

/**
 * What a tool has started itself may hold its output open after its end; nobody waits for that.
 *
 * @returns undefined where the time is over
 */
async function runWithin(milliseconds: number, program: string, args: readonly string[], signal: AbortSignal) {
  signal.throwIfAborted();
  const ending = new AbortController();
  let late = false;
  let give: () => void = () => {};
  const timer = setTimeout(() => {
    late = true;
    ending.abort(new Error('late'));
    give();
  }, milliseconds);
  const onAbort = () => {
    ending.abort(signal.reason);
    give();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const over = new Promise<undefined>((resolve) => {
      give = () => resolve(undefined);
    });
    const running = runProcess(program, args, { signal: ending.signal });
    running.catch(() => undefined);
    return await Promise.race([running, over]);
  } catch (error) {
    if (!late) throw error;
    return undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    signal.throwIfAborted();
  }
}

function questionOf({ namespace, findings }: OpinionOptions): string {
  const found = findings.map(
    ({ code, subject, cause, evidence }) =>
      `- ${code}, ${subject}: ${cause}\n${evidence.map((e) => `  ${e}`).join('\n')}`,
  );
  return [
    `Kubernetes namespace ${namespace}. Change nothing. A diagnosis has found:`,
    ...(found.length === 0 ? ['- nothing'] : found),
    'In at most ten lines of plain text: do you agree, and what else would you look at?',
  ].join('\n');
}

/** @see https://github.com/k8sgpt-ai/k8sgpt/blob/main/pkg/analysis/output.go */
function analysis(stdout: string): string[] {
  try {
    const { problems = 0, results } = JSON.parse(stdout) as Analysis;
    if (results === undefined || results === null)
      return [`finds ${problems === 0 ? 'no problem' : `${problems} problems`}`];
    return results.map(({ kind, name, error, details }) => {
      const texts = (error ?? []).map(({ Text }) => Text).filter((text) => text !== undefined);
      return `${kind} ${name}: ${[...texts, ...(details ? [details] : [])].join('; ')}`;
    });
  } catch {
    return plain(stdout);
  }
}

interface Analysis {
  readonly problems?: number;
  readonly results?:
    | readonly {
        readonly kind: string;
        readonly name: string;
        readonly details?: string;
        readonly error?: readonly { readonly Text?: string }[] | null;
      }[]
    | null;
}

/** Without what moves and colours a terminal's text. */
function plain(stdout: string): string[] {
  return stdout.split('\n').filter((line) => clean(line).trim() !== '');
}

function bounded(lines: readonly string[]): string[] {
  const kept = lines.slice(0, MOST_LINES).map((line) => shortened(clean(line), LONGEST));
  return lines.length > MOST_LINES ? [...kept, `... and ${lines.length - MOST_LINES} more lines`] : kept;
}

function clean(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
  return line.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
}
