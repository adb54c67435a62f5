import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory of a test. */
export class TemporaryDirectory {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(files: Readonly<Record<string, string>> = {}): Promise<TemporaryDirectory> {
    const directory = new TemporaryDirectory(await mkdtemp(join(tmpdir(), 'build-')));
    for (const [path, text] of Object.entries(files)) await directory.write(path, text);
    return directory;
  }

  /** Writes a file with the same permissions everywhere. @returns its path */
  async write(path: string, content: string | Buffer, mode = 0o644): Promise<string> {
    const full = join(this.path, path);
    await mkdir(dirname(full), { recursive: true });
    await writeFile(full, content);
    await chmod(full, mode);
    return full;
  }

  remove(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}
