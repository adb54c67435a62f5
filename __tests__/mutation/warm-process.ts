import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Order, Report } from './worker.ts';

/** How many seconds a test may take beside what it took without a mutant. */
const PATIENCE = 3;
/** How much longer it may take where it has hardly been given a processor. */
const STARVED = 20;
/** What Linux counts a process's time in, a second. */
const TICKS = 100;
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

  /** Seconds for which the process has had a processor; those since 1970 where the system does not tell. */
  #worked(): number {
    try {
      const [, fields] = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8').split(') ');
      const [user, system] = fields!.split(' ').slice(11, 13).map(Number);
      return (user! + system!) / TICKS;
    } catch {
      return Date.now() / 1000;
    }
  }

  /**
   * Until a report says that it is over, no report comes for a time, or the process ends. The time counts while the
   * process works, as far as that is known: on a busy machine it may get little of it.
   */
  #listen(hear: (report: Report) => { over: boolean; seconds: number }): Promise<void> {
    return new Promise((resolve) => {
      const stop = () => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
        resolve();
      };
      const onExit = () => stop();
      const waitFor = (seconds: number, turn = 1, from = this.#worked()) =>
        setTimeout(() => {
          const worked = this.#worked() - from;
          if (worked < seconds && turn < STARVED) {
            timer = waitFor(seconds, turn + 1, from);
            return;
          }
          this.close();
          stop();
        }, seconds * 1000);
      let timer = waitFor(LOADING);
      const onMessage = (report: Report) => {
        const { over, seconds } = hear(report);
        clearTimeout(timer);
        if (over) stop();
        else timer = waitFor(seconds);
      };
      this.#child.on('message', onMessage).on('exit', onExit);
    });
  }
}
