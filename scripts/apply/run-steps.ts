import { Listr, type ListrTask } from 'listr2';
import pc from 'picocolors';
import { cut } from '../cut.ts';
import { wrapped } from '../wrapped.ts';
import type { StepResult, Tell } from './step.ts';

export interface Step {
  readonly name: string;
  readonly run: (tell: Tell) => Promise<StepResult>;
}

/** A step that has ended. */
export interface StepRecord {
  readonly name: string;
  readonly outcome: StepResult['outcome'] | 'failed';
  readonly what: string;
  readonly notes: readonly string[];
  /** More lines for people, as they are. */
  readonly lines: readonly string[];
  readonly seconds: number;
}

export interface RunStepsOptions {
  /** Nothing is printed: the caller prints a document at the end. @default false */
  readonly silent?: boolean;
  /** Takes secrets out of what is printed and told. */
  readonly redact: (text: string) => string;
  /** Called when a step has ended. */
  readonly onStep?: (record: StepRecord) => void;
}

const WIDTH = 80;
/** Behind mark, name and time, without the last column, which some terminals break at. */
const TEXT_WIDTH = 55;

/**
 * Runs steps one after the other and shows them: on a terminal each is a line that lives, elsewhere it is printed when it
 * has ended, and what goes on in it line by line.
 *
 * @throws what a step throws; the ones after it do not run
 */
export async function runSteps(
  steps: readonly Step[],
  { silent = false, redact, onStep }: RunStepsOptions,
): Promise<StepRecord[]> {
  const records: StepRecord[] = [];
  const isLive = process.stdout.isTTY === true && !silent;
  const colors = pc.createColors(isLive && pc.isColorSupported);

  async function runStep({ name, run }: Step, tell: Tell): Promise<StepRecord> {
    const started = performance.now();
    const end = (result: Omit<StepRecord, 'name' | 'seconds'>) => {
      const record = {
        name,
        outcome: result.outcome,
        what: redact(result.what),
        notes: result.notes.map(redact),
        lines: result.lines.map(redact),
        seconds: (performance.now() - started) / 1000,
      };
      records.push(record);
      onStep?.(record);
      return record;
    };
    try {
      const { outcome, what, notes = [], lines = [] } = await run(tell);
      return end({ outcome, what, notes, lines });
    } catch (error) {
      end({ outcome: 'failed', what: (error as Error).message, notes: [], lines: [] });
      throw error;
    }
  }

  if (!isLive) {
    for (const step of steps) {
      let last = '';
      const tell = (text: string) => {
        // A table is for terminals, and a line that comes again is no news.
        const line = cut(`  ${step.name}: ${redact(text).split('\n')[0]}`, WIDTH);
        if (!silent && line !== last) console.log(line);
        last = line;
      };
      try {
        const record = await runStep(step, tell);
        if (!silent) console.log(stepLines(record, colors).join('\n'));
      } catch (error) {
        if (!silent) console.log(stepLines(records.at(-1)!, colors).join('\n'));
        throw error;
      }
    }
    return records;
  }
  const tasks = steps.map(
    (step): ListrTask => ({
      title: step.name,
      task: async (_, task) => {
        const ended = runStep(step, (text) => {
          task.output = redact(text);
        });
        // Also where it fails: why is told at once, and again at the end.
        await ended.catch(() => undefined);
        task.title = unmarkedLines(records.at(-1)!, colors).join('\n');
        await ended;
      },
    }),
  );
  await new Listr(tasks, {
    concurrent: false,
    renderer: 'default',
    rendererOptions: { showErrorMessage: false, showSkipMessage: false, formatOutput: 'truncate' },
    // Ctrl-C ends the programs and cleans up first.
    registerSignalListeners: false,
  }).run();
  return records;
}

/** A step that has ended, for people: mark, name, time, what it came to. */
export function stepLines(
  { name, outcome, what, notes, lines, seconds }: StepRecord,
  colors = pc.createColors(false),
): string[] {
  const mark = outcome === 'failed' ? colors.red('✗') : outcome === 'skipped' ? colors.dim('-') : colors.green('✓');
  return unmarkedLines({ name, what, notes, lines, seconds }, colors).map(
    (line, i) => `${i === 0 ? mark : ' '} ${line}`,
  );
}

/** The same where a mark is put in front, and every other line is moved as far. */
function unmarkedLines(
  { name, what, notes, lines, seconds }: Omit<StepRecord, 'outcome'>,
  colors: ReturnType<typeof pc.createColors>,
): string[] {
  const [first = '', ...rest] = wrapped(what, TEXT_WIDTH);
  const head = `${name.padEnd(12)} ${`${seconds.toFixed(1)} s`.padStart(7)}  ${first}`;
  const noted = notes.flatMap((note) => {
    const [begin = '', ...more] = wrapped(note, TEXT_WIDTH - 2);
    return [`! ${begin}`, ...more.map((line) => `  ${line}`)].map((line) => colors.yellow(line));
  });
  return [head, ...[...rest, ...noted].map((line) => `${' '.repeat(head.length - first.length)}${line}`), ...lines];
}
