import { ApiError } from './api.ts';
import { backoff } from './backoff.ts';

export interface ConnectionState {
  /** What is wrong, while the server is away. */
  readonly problem: string | undefined;
  readonly trying: boolean;
  /** How often the connection has come back: what was read before may be old. */
  readonly returns: number;
}

/** Knows whether the server is there. While it is not, asks again and again, less and less often. */
export class Connection {
  private state: ConnectionState = { problem: undefined, trying: false, returns: 0 };
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;

  /**
   * @param ask resolves when the server is there, and rejects with an ApiError when it is not
   * @param wait milliseconds before an attempt
   */
  constructor(
    private readonly ask: () => Promise<unknown>,
    private readonly wait: (attempt: number) => number = backoff,
  ) {}

  readonly snapshot = (): ConnectionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Says that a request failed because the server is away. */
  lost(problem: string): void {
    if (this.state.problem !== undefined) return;
    this.attempt = 0;
    this.set({ ...this.state, problem });
    this.schedule();
  }

  /** Asks now, and not when it is time. */
  readonly tryNow = async (): Promise<void> => {
    if (this.state.problem === undefined || this.state.trying) return;
    clearTimeout(this.timer);
    this.set({ ...this.state, trying: true });
    try {
      await this.ask();
      this.set({ problem: undefined, trying: false, returns: this.state.returns + 1 });
    } catch (error) {
      this.attempt += 1;
      this.set({
        ...this.state,
        trying: false,
        problem: error instanceof ApiError ? error.message : this.state.problem,
      });
      this.schedule();
    }
  };

  private schedule(): void {
    this.timer = setTimeout(this.tryNow, this.wait(this.attempt));
  }

  private set(state: ConnectionState): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
