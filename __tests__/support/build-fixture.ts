import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { execa } from 'execa';
import { type Preset, presets } from '../../values/presets.ts';
import { TemporaryDirectory } from './temporary-directory.ts';

/** What every gate likes: each line can be replaced by one that some gate does not. */
const GOOD = {
  from: 'ARG BUSYBOX_IMAGE=busybox:1.37\nFROM $BUSYBOX_IMAGE',
  content: 'COPY . /app',
  user: 'USER 10001:10001',
  health: 'HEALTHCHECK --interval=1h CMD ["test", "-f", "/tmp/ready"]',
  command: `CMD ["sh", "-c", "trap 'exit 0' TERM; touch /tmp/ready; sleep 600 & wait"]`,
};

/** Dockerfiles of a test, with presets whose images nobody else uses. */
export class BuildFixture {
  readonly directory: TemporaryDirectory;
  readonly presets: readonly Preset[];
  private readonly prefix: string;

  private constructor(directory: TemporaryDirectory, prefix: string) {
    this.directory = directory;
    this.prefix = prefix;
    this.presets = testPresets(prefix);
  }

  static async create(): Promise<BuildFixture> {
    const directory = await TemporaryDirectory.create({ 'bases.env': 'BUSYBOX_IMAGE=busybox:1.37\n' });
    const fixture = new BuildFixture(directory, `todo-infra-test-${randomBytes(4).toString('hex')}`);
    for (const name of ['backend', 'frontend'] as const) {
      await fixture.write(name);
      await directory.write(`${name}/main.txt`, `${name} of ${fixture.prefix}\n`);
    }
    return fixture;
  }

  get options() {
    return { directory: this.directory.path, record: join(this.directory.path, 'record.json') };
  }

  /** A Dockerfile with some lines changed. */
  async write(name: 'backend' | 'frontend', changes: Partial<typeof GOOD> = {}): Promise<void> {
    await this.directory.write(`${name}/Dockerfile`, `${Object.values({ ...GOOD, ...changes }).join('\n')}\n`);
  }

  /** `repository:tag` of the engine's images of this test, in order. */
  async tags(): Promise<string[]> {
    const { stdout } = await execa('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}']);
    return stdout
      .split('\n')
      .filter((line) => line.includes(this.prefix))
      .sort();
  }

  /** Ids of the containers that hold images to their gates. */
  async containers(): Promise<string[]> {
    const { stdout } = await execa('docker', ['ps', '--all', '--no-trunc', '--format', '{{.Image}} {{.Names}}']);
    const { stdout: ids } = await execa('docker', ['images', '--no-trunc', '--quiet', `${this.prefix}-*`]);
    return stdout.split('\n').filter((line) => ids.split('\n').includes(line.split(' ')[0]!));
  }

  /** The command in a process of its own. */
  command(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    return execa(
      'node',
      ['--import', 'tsx', '__tests__/support/build-fixture-command.ts', this.prefix, this.directory.path, ...args],
      {
        reject: false,
        env,
      },
    );
  }

  async remove(): Promise<void> {
    const tags = await this.tags();
    if (tags.length > 0) await execa('docker', ['rmi', '--force', ...tags]);
    await this.directory.remove();
  }
}

/** The presets, with repositories of a test's own. */
export function testPresets(prefix: string): Preset[] {
  return presets.map((preset) => {
    const { backend, frontend } = preset.defaults;
    const named = (name: string, tag: string) => ({ repository: `${prefix}-${preset.name}-${name}`, tag });
    return {
      ...preset,
      defaults: {
        ...preset.defaults,
        backend: { ...backend, image: named('backend', backend.image.tag) },
        frontend: { ...frontend, image: named('frontend', frontend.image.tag) },
      },
    };
  });
}
