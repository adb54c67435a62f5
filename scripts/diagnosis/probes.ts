import { endOf, isEndedByProbe } from './crashes.ts';
import type { ContainerFacts, Facts } from './facts.ts';
import { countOf, timeOf } from './facts.ts';
import type { Candidate } from './finding.ts';
import { setFix, workloadArgument } from './fixes.ts';
import type { Event, Probe } from './objects.ts';
import { eventQuote, fieldsOf, logQuotes, messageOf, shortened } from './quotes.ts';
import { measuredStart, roomyThreshold } from './start-times.ts';

type Kind = 'Startup' | 'Liveness' | 'Readiness';

/** Seconds in which a program that has just begun need not answer. */
const BEGINS = 10;
/** Seconds after which a path that is answered with 4xx will not come any more. */
const SETTLED = 30;

/** Probes that fail, with what they were answered. */
export function probeProblems(facts: Facts): Candidate[] {
  return facts.pods.flatMap(({ containers }) =>
    containers.flatMap((container) => probeProblem(container, facts) ?? []),
  );
}

function probeProblem(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const { running } = container.status.state;
  const end = endOf(container);
  const isKilled = end !== undefined && isEndedByProbe(container, end);
  if ((running === undefined && !isKilled) || (container.status.ready && !isKilled)) return undefined;
  const since = isKilled ? end.last.startedAt : running?.startedAt;
  const failed = container.events.findLast(
    (event) => event.reason === 'Unhealthy' && timeOf(event) >= Date.parse(since ?? '') - 1000,
  );
  const kind = failed?.message.match(/^(Startup|Liveness|Readiness) probe/)?.[1] as Kind | undefined;
  if (failed === undefined || kind === undefined) return undefined;
  const probe = container.spec[`${kind.toLowerCase() as Lowercase<Kind>}Probe`];
  if (probe === undefined) return undefined;

  const answer = answerOf(failed, probe, container);
  const kills = killsOf(container);
  const asks = questionOf(probe, container);
  const killed = kills === 0 ? '' : `; it was restarted for that ${kills === 1 ? 'once' : `${kills} times`}`;
  const seconds = (facts.now - Date.parse(running?.startedAt ?? facts.snapshot.now)) / 1000;
  if (seconds < BEGINS && kills === 0) return undefined;
  const isSettled = answer.isSure && seconds >= answer.settledAfter;
  return {
    code: `${kind}ProbeFailed`,
    severity: kills >= 2 || (kills === 1 && answer.isSure) || isSettled ? 'fatal' : 'waiting',
    cause: `${kind.toLowerCase()} probe of container ${container.name} fails: ${asks} ${answer.text}${killed}`,
    evidence: [eventQuote(failed), ...logQuotes(container.log.current ?? [], 2)],
    fix: [fixOf(kind, probe, answer, container, facts)],
    check: facts.kubectl(`get pod ${container.pod.name}`),
    confidence: answer.isSure ? 'certain' : 'likely',
    likeness: `${kind} ${answer.text}`,
    workload: container.pod.workload,
    blocking: kind !== 'Liveness' || !container.pod.ready || kills >= 2,
    pod: container.pod.name,
    container: container.name,
  };
}

interface Answer {
  readonly text: string;
  /** It is the probe that is wrong, or the program; not that something is still on its way. */
  readonly isSure: boolean;
  /** Seconds of running that make it so. */
  readonly settledAfter: number;
  /** What the program itself says it listens on. */
  readonly listensOn?: number;
}

function answerOf({ message }: Event, probe: Probe, container: ContainerFacts): Answer {
  const text = message.replace(/^\w+ probe (?:failed|errored)[^:]*: ?/, '').trim();
  const open = { isSure: false, settledAfter: 0 };
  const [, status] = /statuscode: (\d+)/.exec(text) ?? [];
  if (status !== undefined) {
    // Too early, too many and timeouts pass; what is not found or not allowed stays so.
    const isSure = /^4/.test(status) && !['408', '425', '429'].includes(status);
    return { text: `answers ${status}, expected 200 to 399`, isSure, settledAfter: SETTLED };
  }
  if (/connection refused/i.test(text)) {
    const named = listening(container).findLast(({ host }) => host === container.pod.name);
    if (named !== undefined)
      return {
        text: `finds nothing that listens there; the log says that it listens on ${named.host} alone, the pod's name: it takes it from HOSTNAME`,
        isSure: true,
        settledAfter: 0,
      };
    const port = portOf(probe, container);
    const told = listening(container);
    const own = told.findLast((each) => each.port === port);
    const [other] = told;
    const listens = 'finds nothing that listens there; the log says that it listens on';
    if (own !== undefined && /^(localhost|127\.|\[?::1\]?$)/.test(own.host ?? ''))
      return { text: `${listens} ${own.host} alone, which only the pod itself hears`, isSure: true, settledAfter: 0 };
    if (own === undefined && other !== undefined && port !== undefined)
      return { text: `${listens} ${other.port}`, isSure: true, settledAfter: SETTLED, listensOn: other.port };
    return { text: 'finds nothing that listens there', ...open };
  }
  if (/timed out|deadline exceeded|Client\.Timeout|i\/o timeout/i.test(text))
    return { text: `gets no answer within ${probe.timeoutSeconds ?? 1} s`, ...open };
  if (/HTTP response to HTTPS client|malformed HTTP|first record does not look like a TLS/i.test(text))
    return {
      text: 'is answered in another protocol (HTTP instead of HTTPS, or the reverse)',
      isSure: true,
      settledAfter: 0,
    };
  if (/no such host/.test(text)) return { text: 'has a host that does not exist', isSure: true, settledAfter: 0 };
  if (/EOF|connection reset/.test(text)) return { text: 'is hung up on', ...open };
  return { text: text === '' ? 'fails and says nothing' : `says: ${shortened(text, 120)}`, ...open };
}

function questionOf(probe: Probe, container: ContainerFacts): string {
  const port = portOf(probe, container) ?? 'a port that no container names';
  if (probe.httpGet !== undefined) return `GET ${probe.httpGet.path ?? '/'} on port ${port}`;
  if (probe.tcpSocket !== undefined) return `a connection to port ${port}`;
  if (probe.grpc !== undefined) return `a gRPC health check on port ${port}`;
  return `command '${shortened((probe.exec?.command ?? []).join(' '), 60)}'`;
}

function portOf(probe: Probe, { spec }: ContainerFacts): number | undefined {
  const port = probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port;
  return typeof port === 'string' ? spec.ports?.find(({ name }) => name === port)?.containerPort : port;
}

/** Where the log says that the program listens. */
function listening({ log }: ContainerFacts): { port: number; host: string | undefined }[] {
  const pattern =
    /(?:listening|running|started|serving|ready|available|local)\b.{0,60}?(?:port[ =:"]*|:\/\/([^\s/]*?):|(0\.0\.0\.0|\[?::\]?|localhost|127\.0\.0\.1):)(\d{2,5})\b/i;
  return (log.current ?? []).flatMap((line) => {
    const { port, address } = fieldsOf(line);
    if (typeof port === 'number' && /listening/i.test(messageOf(line)))
      return { port, host: typeof address === 'string' ? address : undefined };
    const [, urlHost, host, text] = pattern.exec(messageOf(line)) ?? [];
    return text === undefined ? [] : { port: Number(text), host: urlHost ?? host };
  });
}

function killsOf({ events, status }: ContainerFacts): number {
  const kills = events
    .filter(({ reason, message }) => reason === 'Killing' && /failed (liveness|startup) probe/.test(message))
    .reduce((sum, event) => sum + countOf(event), 0);
  return Math.min(kills, Math.max(status.restartCount, 1));
}

function fixOf(kind: Kind, probe: Probe, answer: Answer, container: ContainerFacts, facts: Facts): string {
  const field = `${kind.toLowerCase()}Probe`;
  const edit = `edit ${workloadArgument(container)}`;
  if (answer.listensOn !== undefined)
    return `let probe and container agree: ${setFix(facts, container, { containerPort: String(answer.listensOn) }, edit)}`;
  if (answer.text.startsWith('answers 4') && probe.httpGet !== undefined)
    return `correct the path: ${setFix(facts, container, { [`${field}.path`]: '/PATH' }, edit)}`;
  if (answer.text.endsWith('from HOSTNAME')) return hostnameFix(container, facts);
  if (answer.text.endsWith('itself hears')) return `let it listen on 0.0.0.0: ${facts.kubectl(edit)}`;
  if (kind !== 'Readiness' && !answer.isSure) {
    const others = facts.pods.flatMap(({ containers, workload }) =>
      workload === container.pod.workload ? containers.filter(({ name }) => name === container.name) : [],
    );
    const measured = Math.max(...others.map((each) => measuredStart(each) ?? 0));
    const times = String(
      Math.max((probe.failureThreshold ?? 3) * 2, measured > 0 ? roomyThreshold(probe, measured) : 0),
    );
    return `give it more time: ${setFix(facts, container, { [`${field}.failureThreshold`]: times }, edit)}`;
  }
  return `read its log: ${facts.kubectl(`logs ${container.pod.name} --container ${container.name}`)}`;
}

/** The container runtime sets HOSTNAME to the pod's name, and Next.js listens on it. */
function hostnameFix(container: ContainerFacts, facts: Facts): string {
  const set = facts.kubectl(`set env ${workloadArgument(container)} --containers=${container.name} HOSTNAME=0.0.0.0`);
  const path = facts.valuePath(container.name, 'extraEnv');
  const flag = `--set-json '${path}=[{"name":"HOSTNAME","value":"0.0.0.0"}]'`;
  return `let it listen everywhere: ${path === undefined ? set : `ENV HOSTNAME=0.0.0.0 in its Dockerfile, or apply with ${flag}`}`;
}
