import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { eventually } from './cluster.ts';

/** As a pod of the chart has it: what is written to anywhere else fails. */
const CONFINED = [
  ...['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--user', '10001:10001'],
];

/** The two images and a Postgres in containers of their own, in a network of their own. */
export class Application {
  /** Where the frontend answers. */
  url = '';
  readonly #name = `todo-test-${randomBytes(4).toString('hex')}`;

  static async start(images: { readonly backend: string; readonly frontend: string }): Promise<Application> {
    const application = new Application();
    try {
      await application.#start(images);
    } catch (error) {
      await application.close();
      throw error;
    }
    return application;
  }

  async #start({ backend, frontend }: { readonly backend: string; readonly frontend: string }): Promise<void> {
    const password = randomBytes(16).toString('hex');
    await docker('network', 'create', this.#name);
    const database = ['--env', `POSTGRES_PASSWORD=${password}`, '--env', 'POSTGRES_USER=todo'];
    await this.#run('database', ['--tmpfs', '/var/lib/postgresql/data', ...database], 'postgres:17');
    const environment = [
      `DATABASE_URL=postgresql://todo:${password}@database:5432/todo`,
      `BETTER_AUTH_SECRET=${password}`,
    ];
    await this.#run('backend', [...CONFINED, ...environment.flatMap((each) => ['--env', each])], backend);
    const published = ['--env', 'BACKEND_URL=http://backend:8000', '--publish', '127.0.0.1::3000'];
    await this.#run('frontend', [...CONFINED, ...published], frontend);
    const address = await docker('port', this.#container('frontend'), '3000/tcp');
    this.url = `http://${address.split('\n')[0]}`;
    await eventually(async () => {
      // Where Docker accepts a connection and nobody listens behind it, the first fetch of a process may never end.
      const { status } = await fetch(`${this.url}/api/health`, { signal: AbortSignal.timeout(5000) });
      if (status !== 200) throw new Error(`${this.url}/api/health answers ${status}`);
    });
  }

  async stop(part: Part): Promise<void> {
    await docker('stop', this.#container(part));
  }

  async startAgain(part: Part): Promise<void> {
    await docker('start', this.#container(part));
  }

  /** All that a part has written to its standard output and error. */
  async log(part: Part): Promise<string> {
    const { all } = await execa('docker', ['logs', this.#container(part)], { all: true });
    return all;
  }

  async close(): Promise<void> {
    for (const part of ['frontend', 'backend', 'database'] as const)
      await execa('docker', ['rm', '--force', '--volumes', this.#container(part)], { reject: false });
    await execa('docker', ['network', 'rm', this.#name], { reject: false });
  }

  async #run(part: Part, options: readonly string[], image: string): Promise<void> {
    const network = ['--network', this.#name, '--network-alias', part];
    await docker('run', '--detach', '--name', this.#container(part), ...network, ...options, image);
  }

  #container(part: Part): string {
    return `${this.#name}-${part}`;
  }
}

type Part = 'frontend' | 'backend' | 'database';

async function docker(...args: readonly string[]): Promise<string> {
  const { stdout } = await execa('docker', args);
  return stdout;
}
