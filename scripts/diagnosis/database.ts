import type { ContainerFacts, Facts, PodFacts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { messageOf, shortened } from './quotes.ts';

/** What a log says about a database, by what Postgres and its drivers write. */
type Trouble = 'host' | 'refused' | 'password' | 'database' | 'role' | 'timeout' | 'full';

const SIGNS: readonly (readonly [Trouble, RegExp])[] = [
  ['password', /password authentication failed for user "([^"]*)"/],
  ['database', /database "([^"]*)" does not exist/],
  ['role', /role "([^"]*)" does not exist/],
  ['full', /too many clients already|remaining connection slots are reserved/],
  ['host', /failed to resolve host '([^']*)'|could not translate host name "([^"]*)"|getaddrinfo \w+ (\S+)/],
  ['refused', /connection to server at "([^"]*)", port \d+ failed: Connection refused/],
  ['timeout', /connection timeout expired|connection timed out|connection to server at "([^"]*)".* timeout/],
];
/** What the server's log holds of others than the application: of its own probes, for one. */
const OF_OTHERS = /role "(root|postgres)" does not exist/;

/** A line of a log, and what it says. */
interface Sign {
  readonly trouble: Trouble;
  readonly name: string;
  readonly line: string;
}

/** Programs that run and wait for their database, because DATABASE_URL is wrong or the database is away. */
export function databaseProblems(facts: Facts): Candidate[] {
  return facts.pods
    .filter(({ ready }) => !ready)
    .flatMap(({ containers }) => containers.flatMap((container) => databaseProblem(container, facts) ?? []));
}

function databaseProblem(container: ContainerFacts, facts: Facts): Candidate | undefined {
  if (container.status.state.running === undefined || isServer(container)) return undefined;
  const own = signOf(container.log.current);
  if (own === undefined) return undefined;
  const server = facts.pods.flatMap(({ containers }) => containers).find(isServer);
  // The program says only how it began. What the server refuses is newer, and says more.
  const sign = ['refused', 'timeout'].includes(own.trouble) ? (serverSign(server) ?? own) : own;
  const { trouble, name } = sign;
  const { cause, fix, isFinal } = explain(trouble, name, container, server?.pod, facts);
  return {
    code: 'DatabaseUnavailable',
    severity: isFinal ? 'fatal' : 'waiting',
    cause,
    evidence: [own, ...(sign === own ? [] : [sign])].map((each) =>
      shortened(`log of ${each === own ? container.name : server?.name}: ${messageOf(each.line)}`),
    ),
    fix,
    check: facts.kubectl(`logs ${container.pod.name} --container ${container.name}`),
    confidence: sign === own || server !== undefined ? 'certain' : 'likely',
    likeness: `${trouble} ${name}`,
    mayFollow: !isFinal,
    workload: container.pod.workload,
    blocking: true,
    pod: container.pod.name,
    container: container.name,
  };
}

function explain(
  trouble: Trouble,
  name: string,
  container: ContainerFacts,
  server: PodFacts | undefined,
  facts: Facts,
) {
  const secret = secretOf(container);
  const correct = [
    `correct DATABASE_URL${secret === undefined ? '' : `: ${facts.kubectl(`edit secret ${secret}`)}`}`,
    facts.kubectl(`rollout restart ${container.pod.workload.toLowerCase().replace('/', ' ')}`),
  ];
  switch (trouble) {
    case 'host': {
      const service = name.split('.')[0];
      const isThere = facts.snapshot.services.some(({ metadata }) => metadata.name === service);
      const there = facts.snapshot.services.map(({ metadata }) => metadata.name).join(', ');
      return {
        cause: isThere
          ? `the name of the database, ${name}, could not be looked up`
          : `DATABASE_URL names the host '${name}', which does not exist${there === '' ? '' : `; Services here: ${there}`}`,
        fix: isThere ? [facts.kubectl(`get service ${service}`)] : correct,
        isFinal: !isThere,
      };
    }
    case 'password':
      return {
        cause: `the database does not accept the password of user '${name}' in DATABASE_URL`,
        fix: [...correct, 'Postgres keeps the password of its first start: a new one in the Secret does not change it'],
        isFinal: true,
      };
    case 'database':
      return { cause: `DATABASE_URL names the database '${name}', which does not exist`, fix: correct, isFinal: true };
    case 'role':
      return { cause: `DATABASE_URL names the user '${name}', which does not exist`, fix: correct, isFinal: true };
    case 'full':
      return {
        cause: 'the database has no connection left',
        fix: ['use fewer replicas, or raise max_connections of the database'],
        isFinal: false,
      };
    default: {
      const what = trouble === 'refused' ? 'refuses the connection' : 'does not answer';
      const state = server === undefined ? '' : server.ready ? '' : `; pod ${server.name} is not ready yet`;
      return {
        cause: `the database${name === '' ? '' : ` at ${name}`} ${what}${state}`,
        fix: server === undefined ? correct : [facts.kubectl(`logs ${server.name}`)],
        isFinal: false,
      };
    }
  }
}

function signOf(lines: readonly string[] = []): Sign | undefined {
  for (const line of lines.toReversed()) {
    const text = messageOf(line);
    // What was away and is back is no trouble any more.
    if (/database is back|tables are up to date/i.test(text)) return undefined;
    if (OF_OTHERS.test(text)) continue;
    for (const [trouble, pattern] of SIGNS) {
      const match = pattern.exec(text);
      if (match !== null) return { trouble, name: match.slice(1).find((group) => group !== undefined) ?? '', line };
    }
  }
  return undefined;
}

function serverSign(server: ContainerFacts | undefined): Sign | undefined {
  const sign = signOf(server?.log.current);
  return sign !== undefined && ['password', 'database', 'role', 'full'].includes(sign.trouble) ? sign : undefined;
}

function isServer({ spec }: ContainerFacts): boolean {
  return /(^|\/)(postgres|postgresql|pgvector|timescaledb)[^/]*$/.test(spec.image.split('@')[0]!);
}

/** The Secret that DATABASE_URL is taken from. */
function secretOf({ spec }: ContainerFacts): string | undefined {
  const own = spec.env?.find(({ name }) => name === 'DATABASE_URL')?.valueFrom?.secretKeyRef?.name;
  return own ?? spec.envFrom?.find(({ secretRef }) => secretRef !== undefined)?.secretRef?.name;
}
