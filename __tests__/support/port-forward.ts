import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { TestNamespace } from './cluster.ts';

/** Reaches a pod under an address of this machine while `action` runs. */
export async function withPortForward<T>(
  space: TestNamespace,
  pod: string,
  port: number,
  action: (url: string) => Promise<T>,
): Promise<T> {
  const child = execa('kubectl', [...space.flags, 'port-forward', `pod/${pod}`, `:${port}`], {
    reject: false,
    buffer: false,
  });
  try {
    const lines = createInterface({ input: child.stdout });
    const ended = child.then(({ exitCode }) => {
      throw new Error(`kubectl port-forward pod/${pod} ends with ${exitCode}`);
    });
    const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
    const [, address] = /^Forwarding from (\S+) ->/.exec(line)!;
    return await action(`http://${address}`);
  } finally {
    child.kill();
  }
}
