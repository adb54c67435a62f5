import { messageOf, shortened } from './quotes.ts';

/** What a log says about why its program ends. */
export interface LogCause {
  readonly cause: string;
  readonly fix?: string;
  /** Starting again gives the same, also while other things change. */
  readonly final: boolean;
  /** It wants something that may only be on its way. */
  readonly waitsForOthers?: boolean;
}

type Rule = readonly [RegExp, (match: RegExpExecArray) => LogCause];

/** The first that fits any of the last lines is taken, newest line first. */
const RULES: readonly Rule[] = [
  [
    /exec format error/i,
    () => ({
      cause: 'the program is for another processor architecture than the node’s, or a script without a #! line',
      fix: 'build the image for the node’s architecture: npm run build -- --platform linux/amd64 (or linux/arm64)',
      final: true,
    }),
  ],
  [
    /EROFS: read-only file system, \w+ '([^']+)'|Read-only file system: '([^']+)'|(?:(\/[^\s:'"]*)['"]?: )?Read-only file system/i,
    ([, a, b, c]) => ({
      cause: `it writes to ${a ?? b ?? c ?? 'its root'}, and the root file system is read-only`,
      fix: 'mount an emptyDir where it writes, or let it write to /tmp',
      final: true,
    }),
  ],
  [
    /bind\w*:? .*permission denied|EACCES: permission denied,? (?:\S+:)?(\d+)|EACCES.* listen|listen tcp \S*:(\d+): bind: permission denied/i,
    ([, a, b]) => ({
      cause: `it may not listen on ${(a ?? b) ? `port ${a ?? b}` : 'its port'}: ports below 1024 are for root`,
      fix: 'let it listen on a port above 1023, and give the Service that targetPort',
      final: true,
    }),
  ],
  [
    /(?:can't create|cannot create|open|mkdir|creat\w*) '?"?(\/[^\s:'"]*)['"]?:? .*permission denied|EACCES: permission denied, \w+ '([^']+)'|Permission denied: '([^']+)'/i,
    ([, a, b, c]) => ({
      cause: `its user may not write ${a ?? b ?? c}`,
      fix: 'let it write to a mounted volume, and set fsGroup so that its user owns the volume',
      final: true,
    }),
  ],
  [
    /address already in use|EADDRINUSE/i,
    () => ({ cause: 'the port that it wants to listen on is taken in the pod', final: false }),
  ],
  [
    /DATABASE_URL is for '([^']+)'; expected (.*)$/,
    ([, scheme, expected]) => ({
      cause: `DATABASE_URL begins with ${scheme}://; expected ${shortened(expected!, 60)}`,
      fix: 'correct DATABASE_URL in the Secret: postgresql://USER:PASSWORD@HOST:5432/DATABASE',
      final: true,
    }),
  ],
  [
    /Could not parse SQLAlchemy URL|invalid (?:dsn|connection string|database url)/i,
    () => ({
      cause: 'DATABASE_URL is no address of a database',
      fix: 'correct DATABASE_URL in the Secret: postgresql://USER:PASSWORD@HOST:5432/DATABASE',
      final: true,
    }),
  ],
  [
    /ModuleNotFoundError: (No module named '[^']+')|Error: (Cannot find module '[^']+')|ImportError: (.*)$/,
    ([, a, b, c]) => ({ cause: `its image lacks a module: ${a ?? b ?? c}`, fix: 'build the image again', final: true }),
  ],
  [
    /error while loading shared libraries: (\S+?):/,
    ([, library]) => ({ cause: `its image lacks the library ${library}`, fix: 'build the image again', final: true }),
  ],
  [
    /connection refused|ECONNREFUSED|could not connect to server|connection timed out|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|name or service not known|Temporary failure in name resolution|no such host|the database system is starting up/i,
    ({ input }) => ({
      cause: `it cannot reach what it needs: ${shortened(messageOf(input), 140)}`,
      final: false,
      waitsForOthers: true,
    }),
  ],
];

export function logCause(lines: readonly string[]): LogCause | undefined {
  for (const [pattern, cause] of RULES) {
    const match = lines.map((line) => pattern.exec(messageOf(line))).findLast((each) => each !== null);
    if (match !== undefined && match !== null) return cause(match);
  }
  return undefined;
}
