import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A git repository of a test, without anybody's settings. */
export class TestRepository {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  static async create(): Promise<TestRepository> {
    const repository = new TestRepository(await mkdtemp(join(tmpdir(), 'repository-')));
    await repository.git('init', '--quiet', '--initial-branch', 'main');
    return repository;
  }

  async write(path: string, content: string | Buffer): Promise<void> {
    await mkdir(dirname(join(this.directory, path)), { recursive: true });
    await writeFile(join(this.directory, path), content);
  }

  /** Commits all there is, and gives the commit a tag. */
  async commit(tag: string): Promise<void> {
    await this.git('add', '--all');
    await this.git('commit', '--quiet', '--allow-empty', '--message', tag);
    await this.git('tag', tag);
  }

  async git(...args: string[]): Promise<string> {
    const someone = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com'];
    const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    const { stdout } = await execa('git', [...someone, ...args], { cwd: this.directory, env });
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }
}
