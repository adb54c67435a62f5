import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';

interface KilledIn {
  /** What was in the file. */
  readonly file: string;
  /** Short hashes of the mutants' names. */
  readonly mutants: readonly string[];
}

/**
 * Mutants that some test has killed. It is kept in the repository, as a proof, and so that no other machine has to find it
 * out again. It holds as long as the file that they are in is the same.
 */
export class Killed {
  #written = Promise.resolve();

  private constructor(
    readonly path: string,
    readonly files: Map<string, KilledIn>,
  ) {}

  static async in(path: string): Promise<Killed> {
    const text = existsSync(path) ? await readFile(path, 'utf8') : '{}';
    const files = Object.entries(JSON.parse(text) as Record<string, { file: string; mutants: string }>);
    return new Killed(
      path,
      new Map(files.map(([name, { file, mutants }]) => [name, { file, mutants: mutants.split(' ') }])),
    );
  }

  clear(): void {
    this.files.clear();
  }

  has(name: string, path: string, file: string): boolean {
    const known = this.files.get(path);
    return known?.file === file && known.mutants.includes(shortHash(name));
  }

  /** In place of what was known of a file. */
  set(path: string, file: string, names: readonly string[]): void {
    this.files.set(path, { file, mutants: names.map(shortHash).sort() });
  }

  /** One after the other, however often it is asked for. */
  write(): Promise<void> {
    this.#written = this.#written.then(() => this.#write());
    return this.#written;
  }

  async #write(): Promise<void> {
    const files = [...this.files]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { file, mutants }]) => [name, { file, mutants: mutants.join(' ') }]);
    await writeFile(`${this.path}.new`, `${JSON.stringify(Object.fromEntries(files), null, 2)}\n`);
    await rename(`${this.path}.new`, this.path);
  }
}

function shortHash(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 8);
}
