import { delimiter } from 'node:path';
import { TemporaryDirectory } from './temporary-directory.ts';

/** What a `docker` on PATH answers to a call that begins with these words. */
export interface FakeAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

const ANSWERS: Readonly<Record<string, FakeAnswer>> = {
  version: { stdout: '{"Os":"linux","Arch":"amd64"}' },
  'image inspect': { stdout: '[]', stderr: 'Error response from daemon: No such image', exitCode: 1 },
  'buildx inspect': { stdout: 'Name:   default\nDriver: docker\n' },
};

/** Runs `work` with a `docker` first on PATH that only gives these answers. */
export async function withFakeDocker<T>(
  answers: Readonly<Record<string, FakeAnswer>>,
  work: () => Promise<T>,
): Promise<T> {
  const all = Object.entries({ ...ANSWERS, ...answers });
  const cases = all.map(
    ([call, { stdout = '', stderr = '', exitCode = 0 }]) =>
      `${quote(call)}*) printf %s ${quote(stdout)}; printf %s ${quote(stderr)} >&2; exit ${exitCode} ;;`,
  );
  const directory = await TemporaryDirectory.create();
  const script = `#!/bin/sh\ncase "$*" in\n${cases.join('\n')}\n*) echo "unexpected: docker $*" >&2; exit 99 ;;\nesac\n`;
  await directory.write('docker', script, 0o755);
  try {
    return await withPath(`${directory.path}${delimiter}${process.env.PATH}`, work);
  } finally {
    await directory.remove();
  }
}

/** Runs `work` with another PATH. */
export async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.PATH;
  process.env.PATH = path;
  try {
    return await work();
  } finally {
    process.env.PATH = before;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
