import { execa } from 'execa';
import { ChartError } from '../chart/errors.ts';

/**
 * The files below a directory as they are committed.
 *
 * @param ref a commit, branch or tag
 * @param directory relative to `cwd`, without a slash at its end
 * @param cwd a directory in the git repository
 * @returns path below `directory` -> text; empty where the commit has no such directory
 * @throws ChartError when git is missing, `cwd` is in no repository, or there is no such commit
 */
export async function committedFiles(ref: string, directory: string, cwd: string): Promise<Map<string, string>> {
  const commit = await commitOf(ref, cwd);
  const listing = (await git(['ls-tree', '-r', '-z', commit, '--', `${directory}/`], cwd)).toString();
  const entries = [...listing.matchAll(/\d+ blob ([0-9a-f]+)\t([^\0]+)\0/g)];
  const ids = entries.map(([, id]) => id!);
  const texts = textsIn(await git(['cat-file', '--batch'], cwd, ids.map((id) => `${id}\n`).join('')));
  return new Map(entries.map(([, , path], i) => [path!.slice(directory.length + 1), texts[i]!]));
}

async function commitOf(ref: string, cwd: string): Promise<string> {
  await git(['rev-parse', '--git-dir'], cwd);
  const unknown = new ChartError(
    `'${ref}' is no commit, branch or tag of this repository; expected one that is fetched, such as HEAD`,
  );
  // Git would take it for an option.
  if (ref.startsWith('-')) throw unknown;
  const { stdout, exitCode } = await execa('git', ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], {
    cwd,
    reject: false,
  });
  if (exitCode !== 0) throw unknown;
  return stdout.trim();
}

async function git(args: readonly string[], cwd: string, input = ''): Promise<Buffer> {
  const result = await execa('git', args, {
    cwd,
    input,
    encoding: 'buffer',
    stripFinalNewline: false,
    reject: false,
    env: { LC_ALL: 'C' },
  });
  if (result.code === 'ENOENT') throw new ChartError(`unable to run 'git'. Is it installed?`, { cause: result });
  if (result.failed) throw refusal(Buffer.from(result.stderr ?? []).toString(), args, result);
  return Buffer.from(result.stdout);
}

function refusal(stderr: string, args: readonly string[], cause: unknown): ChartError {
  const [line = ''] = stderr.split('\n');
  if (line.includes('not a git repository')) {
    return new ChartError('this directory is in no git repository, and what is committed is needed to compare with', {
      cause,
    });
  }
  return new ChartError(`'git ${args[0]}' fails: ${line.replace(/^fatal: /, '')}`, { cause });
}

/** What `git cat-file --batch` prints: for each object a line that ends with its size, its bytes, and a line's end. */
function textsIn(output: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < output.length; ) {
    const begin = output.indexOf('\n', at) + 1;
    const size = Number(output.toString('utf8', at, begin).trim().split(' ').at(-1));
    texts.push(output.toString('utf8', begin, begin + size));
    at = begin + size + 1;
  }
  return texts;
}
