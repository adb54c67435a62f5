import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './worker.ts';

/** How long a test may take beside what it took without a mutant. */
const PATIENCE = 3;
/** How long a process may take to load the tests. */
const LOADING = 120;

/** A process in which the tests are loaded: broken, or too slow, it is ended. */
export class WarmProcess {
  readonly #child: ChildProcess;
  #ended = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('exit', () => {
      this.#ended = true;
    });
  }

  /**
   * Loads tests in `directory`: with one mutant from the very start, or to count how often they come to each, if need be.
   *
   * @returns undefined where they cannot be loaded
   */
  static async of(
    directory: string,
    files: readonly string[],
    { mutant, counts = false }: { readonly mutant?: string; readonly counts?: boolean } = {},
  ) {
    const child = fork(fileURLToPath(new URL('worker.ts', import.meta.url)), files, {
      cwd: directory,
      execArgv: ['--import', import.meta.resolve('tsx'), '--max-old-space-size=1500'],
      env: {
        ...process.env,
        COUNT_HITS: counts ? '1' : '0',
        ...(mutant === undefined ? {} : { FIRST_MUTANT: mutant }),
      },
      stdio: ['ignore', 'ignore', counts ? 'inherit' : 'ignore', 'ipc'],
    });
    const warm = new WarmProcess(child);
    let ready: (Report & { kind: 'ready' }) | undefined;
    await warm.#listen((report) => {
      if (report.kind === 'ready') ready = report;
      return { over: report.kind === 'ready', seconds: LOADING };
    });
    return ready && { warm, ready };
  }

  /** Whether it does no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Gives an order and hears the reports on it, until it is done. `seconds`: what each test took. */
  async do(order: Order, seconds: (test: number) => number, hear: (report: Report) => void): Promise<void> {
    this.#child.send(order);
    await this.#listen((report) => {
      hear(report);
      const expected = report.kind === 'test' ? seconds(report.index) : LOADING;
      return { over: report.kind === 'done', seconds: PATIENCE + 10 * expected };
    });
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#child.kill('SIGKILL');
  }

  /** Until a report says that it is over, no report comes for a time, or the process ends. */
  #listen(hear: (report: Report) => { over: boolean; seconds: number }): Promise<void> {
    return new Promise((resolve) => {
      const stop = () => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
        resolve();
      };
      const onExit = () => stop();
      const late = () => {
        this.close();
        stop();
      };
      let timer = setTimeout(late, LOADING * 1000);
      const onMessage = (report: Report) => {
        const { over, seconds } = hear(report);
        clearTimeout(timer);
        if (over) stop();
        else timer = setTimeout(late, seconds * 1000);
      };
      this.#child.on('message', onMessage).on('exit', onExit);
    });
  }
}
