import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export type Status = 'killed' | 'timed out' | 'survived' | 'not reached';

export interface Result {
  readonly status: Status;
  /** The test that fails. */
  readonly by?: string;
  /** What was in the file that the mutant is in. */
  readonly file: string;
  /** What was in the files of the tests that do not fail. */
  readonly against?: readonly string[];
}

/** What was found, kept in a file as it comes. */
export class Results {
  #written = Promise.resolve();

  private constructor(
    readonly path: string,
    readonly found: Map<string, Result>,
  ) {}

  /** Those that a file has, if there is one. */
  static async in(path: string): Promise<Results> {
    return new Results(
      path,
      existsSync(path) ? new Map(Object.entries(JSON.parse(await readFile(path, 'utf8')))) : new Map(),
    );
  }

  /** Forgets all. */
  clear(): void {
    this.found.clear();
  }

  get(name: string): Result | undefined {
    return this.found.get(name);
  }

  /** How many mutants in a file each test kills. */
  kills(): (file: string, test: string) => number {
    const counts = new Map<string, number>();
    for (const [name, { by }] of this.found) {
      const key = `${name.split(' ')[0]} ${by}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    return (file, test) => counts.get(`${file} ${test}`) ?? 0;
  }

  add(name: string, result: Result): Promise<void> {
    this.found.set(name, result);
    if (this.found.size % 20 === 0 || result.status === 'survived')
      this.#written = this.#written.then(() => this.write());
    return this.#written;
  }

  async write(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    await writeFile(`${this.path}.new`, `${JSON.stringify(Object.fromEntries(this.found), null, 1)}\n`);
    await rename(`${this.path}.new`, this.path);
  }
}
