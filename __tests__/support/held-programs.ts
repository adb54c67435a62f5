import { existsSync, watch } from 'node:fs';
import { delimiter, join } from 'node:path';
import { TemporaryDirectory } from './temporary-directory.ts';

/** What a program does instead, in the words of a shell, by a pattern of its arguments; `hold` stays there for good. */
export type Instead = Readonly<Record<string, string>>;

/** Programs first on PATH that stay where a test wants them to, and are themselves otherwise. */
export class HeldPrograms {
  /** A PATH on which they come first. */
  readonly path: string;
  /** Resolves when one of them has come to its `hold`. */
  readonly reached: Promise<void>;

  static async create(programs: Readonly<Record<string, Instead>>): Promise<HeldPrograms> {
    const directory = await TemporaryDirectory.create();
    const held = new HeldPrograms(directory);
    for (const [name, instead] of Object.entries(programs))
      await directory.write(name, script(name, instead, held.#mark), 0o755);
    return held;
  }

  readonly #mark: string;

  private constructor(private readonly directory: TemporaryDirectory) {
    this.path = `${directory.path}${delimiter}${process.env.PATH}`;
    this.#mark = join(directory.path, 'reached');
    this.reached = new Promise((resolve) => {
      const watcher = watch(directory.path, () => {
        if (!existsSync(this.#mark)) return;
        watcher.close();
        resolve();
      }).unref();
    });
  }

  remove(): Promise<void> {
    return this.directory.remove();
  }
}

function script(name: string, instead: Instead, mark: string): string {
  const cases = Object.entries(instead).map(([pattern, commands]) => `${pattern}) ${commands} ;;`);
  return `#!/bin/sh
PATH=\${PATH#*:}
hold() { : > '${mark}'; exec sleep 600; }
self() { ${name} "$@"; }
case "$*" in
${cases.join('\n')}
esac
exec ${name} "$@"
`;
}
