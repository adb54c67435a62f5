import { resolve } from 'node:path';
import { runProcess } from '../process.ts';

/** Where a source comes from, for the image's labels, and the time that its files get. */
export interface SourceRevision {
  /** The last commit that has changed it, with `-dirty` behind it where files differ from that. @default - in no git repository */
  readonly commit?: string;
  /** Seconds since 1970. */
  readonly epoch: number;
}

/** For a source without commits. Not 0: zip archives, which wheels and others are, know no time before 1980. */
const NO_COMMIT: SourceRevision = { epoch: 315_532_800 };

/** What git says of a directory; without git or commits, a fixed time. */
export async function sourceRevision(directory: string): Promise<SourceRevision> {
  const git = async (...args: string[]) => {
    const { stdout, exitCode } = await runProcess('git', ['-C', resolve(directory), ...args]);
    return exitCode === 0 ? stdout.trim() : '';
  };
  try {
    const [commit, time] = (await git('log', '-1', '--format=%H %ct', '--', '.')).split(' ');
    if (commit === undefined || time === undefined) return NO_COMMIT;
    const changes = await git('status', '--porcelain', '--', '.');
    return { commit: changes === '' ? commit : `${commit}-dirty`, epoch: Number(time) };
  } catch {
    // No git at all: an image can be built without.
    return NO_COMMIT;
  }
}
