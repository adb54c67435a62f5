import { nearest } from '../../chart/explain/nearest.ts';
import type { ContainerFacts, Facts, PodFacts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { setFix, workloadArgument } from './fixes.ts';
import { eventQuote, shortened, withoutNoise } from './quotes.ts';
import type { ExternalSecret, KeysOf } from './snapshot.ts';

/** Secrets and ConfigMaps that pods want and that are not there, or not whole; and users that they may not run as. */
export function configurationProblems(facts: Facts): Candidate[] {
  return facts.pods.flatMap((pod) => [
    ...pod.containers.flatMap((container) => containerProblem(container, facts) ?? []),
    ...(volumeProblem(pod, facts) ?? []),
  ]);
}

function containerProblem(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const { reason, message = '' } = container.status.state.waiting ?? {};
  if (reason !== 'CreateContainerConfigError') return undefined;
  const text = withoutNoise(message);
  const problem =
    missingObject(text, facts) ??
    userProblem(container, text, facts) ??
    unreadProblem(text, container, facts) ??
    otherProblem(text, container, facts);
  return {
    code: reason,
    severity: problem.severity,
    cause: problem.cause,
    shared: problem.shared,
    evidence: [evidenceOf(container, text)],
    fix: problem.fix,
    check: facts.kubectl(`get pod ${container.pod.name}`),
    confidence: 'certain',
    workload: container.pod.workload,
    blocking: true,
    pod: container.pod.name,
    container: container.name,
  };
}

/** Volumes of Secrets and ConfigMaps: the pod stays in ContainerCreating, and only events tell. */
function volumeProblem(pod: PodFacts, facts: Facts): Candidate[] | undefined {
  if (pod.containers.some(({ status }) => status.state.running !== undefined)) return undefined;
  const event = pod.events.findLast(
    ({ reason, message }) => reason === 'FailedMount' && !/failed to sync/.test(message),
  );
  if (event === undefined) return undefined;
  const [, volume = '', text = ''] = /for volume "([^"]+)" : (.*)$/s.exec(event.message) ?? [];
  const spec = pod.pod.spec.volumes?.find(({ name }) => name === volume);
  const object = spec?.secret?.secretName ?? spec?.configMap?.name;
  const [, key] = /references non-existent (?:secret|config) key: (\S+)/.exec(text) ?? [];
  const kind = spec?.secret === undefined ? 'ConfigMap' : 'Secret';
  const problem =
    key !== undefined && object !== undefined ? missingKey(kind, object, key, facts) : missingObject(text, facts);
  if (problem === undefined) return undefined;
  return [
    {
      code: 'FailedMount',
      ...problem,
      evidence: [eventQuote(event)],
      check: facts.kubectl(`get pod ${pod.name}`),
      confidence: 'certain',
      workload: pod.workload,
      blocking: true,
      pod: pod.name,
    },
  ];
}

type Problem = Pick<Candidate, 'severity' | 'cause' | 'fix' | 'shared'>;
type Kind = 'Secret' | 'ConfigMap';

function missingObject(text: string, facts: Facts): Problem | undefined {
  const [, noun, name] = /^(secret|configmap) "([^"]+)" not found/.exec(text) ?? [];
  if (name !== undefined) {
    const kind = noun === 'secret' ? 'Secret' : 'ConfigMap';
    const keys = keysWanted(kind, name, facts);
    const known = objectsOf(kind, facts);
    const isThere = known?.some((each) => each.name === name) === true;
    const maker = kind === 'Secret' ? facts.snapshot.externalSecrets?.find(({ secret }) => secret === name) : undefined;
    if (!isThere && maker !== undefined) return notYetMade(name, maker, facts);
    const wants = keys.length === 0 ? '' : `; ${keys.join(' and ')} of it ${keys.length === 1 ? 'is' : 'are'} wanted`;
    return {
      severity: isThere ? 'waiting' : 'fatal',
      cause: isThere
        ? `${kind} '${name}' was not there; it is now, and the kubelet tries again by itself`
        : `there is no ${kind} '${name}' in namespace ${facts.snapshot.namespace}${wants}`,
      fix: [facts.kubectl(createCommand(kind, name))],
      shared: `${kind}/${name}`,
    };
  }
  const [, key, noun2, object] = /^couldn't find key (\S+) in (Secret|ConfigMap) \S+\/(\S+)/.exec(text) ?? [];
  return key === undefined ? undefined : missingKey(noun2 as Kind, object!, key, facts);
}

/** An operator makes the Secret, and tries again by itself. */
function notYetMade(name: string, { name: maker, trouble }: ExternalSecret, facts: Facts): Problem {
  return {
    severity: 'waiting',
    cause: `Secret '${name}' is not there: ExternalSecret '${maker}' has not made it${trouble === undefined ? ' yet' : `, and says: ${shortened(trouble, 120)}`}`,
    fix: [facts.kubectl(`describe externalsecret ${maker}`)],
    shared: `Secret/${name}`,
  };
}

function missingKey(kind: Kind, name: string, key: string, facts: Facts): Problem {
  const keys = objectsOf(kind, facts)?.find((each) => each.name === name)?.keys;
  if (keys?.includes(key)) {
    return {
      severity: 'waiting',
      cause: `${kind} '${name}' had no key '${key}'; it has now, and the kubelet tries again by itself`,
      fix: [],
    };
  }
  const others =
    keys === undefined ? '' : keys.length === 0 ? '; it is empty' : `; it has ${[...keys].sort().join(', ')}`;
  const add = `add ${key} to it: ${facts.kubectl(`edit ${kind.toLowerCase()} ${name}`)}`;
  const meant = meantKey(kind, name, key, keys ?? [], facts);
  return {
    severity: 'fatal',
    cause: `${kind} '${name}' has no key '${key}'${others}`,
    fix: meant === undefined ? [add] : [meant, `or ${add}`],
    shared: `${kind}/${name} ${key}`,
  };
}

/** A key that is there under nearly that name, and who names the wrong one. */
function meantKey(kind: Kind, name: string, key: string, keys: readonly string[], facts: Facts): string | undefined {
  const [meant] = nearest(key, keys, undefined, 1);
  const field = kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
  const namers = facts.pods
    .flatMap(({ containers }) => containers)
    .flatMap((container) =>
      (container.spec.env ?? []).flatMap((variable) => {
        const source = variable.valueFrom?.[field];
        return source?.name === name && source.key === key ? [{ container, variable: variable.name }] : [];
      }),
    );
  const [namer] = namers;
  if (meant === undefined || namer === undefined) return undefined;
  const path = facts.valuePath(namer.container.name, 'extraEnv');
  const where =
    path === undefined
      ? facts.kubectl(`edit ${workloadArgument(namer.container)}`)
      : `apply with key: ${meant} in ${path}`;
  return `name ${meant}, which it has, in variable ${namer.variable}: ${where}`;
}

function userProblem(container: ContainerFacts, text: string, facts: Facts): Problem | undefined {
  const [, user] = /image has non-numeric user \(([^)]*)\)/.exec(text) ?? [];
  const isRoot = /image will run as root/.test(text);
  if (user === undefined && !isRoot) return undefined;
  const patch = `'{"spec":{"template":{"spec":{"securityContext":{"runAsUser":10001}}}}}'`;
  return {
    severity: 'fatal',
    cause:
      user === undefined
        ? `image ${container.spec.image} runs as root, and runAsNonRoot forbids it`
        : `image ${container.spec.image} names its user '${user}'; runAsNonRoot can only check a number`,
    fix: [
      setFix(
        facts,
        container,
        { 'podSecurityContext.runAsUser': '10001' },
        `patch ${workloadArgument(container)} --patch ${patch}`,
      ),
      'or build the image with a number: USER 10001',
    ],
  };
}

/** On a node that has much to do, of objects that are there. */
function unreadProblem(text: string, container: ContainerFacts, facts: Facts): Problem | undefined {
  const [, noun] = /^failed to sync (secret|configmap) cache/.exec(text) ?? [];
  if (noun === undefined) return undefined;
  const kinds = noun === 'secret' ? 'Secrets' : 'ConfigMaps';
  return {
    severity: 'waiting',
    cause: `the kubelet has not read the ${kinds} yet, and tries again by itself`,
    fix: [facts.kubectl(`describe pod ${container.pod.name}`)],
  };
}

function otherProblem(text: string, container: ContainerFacts, facts: Facts): Problem {
  return {
    severity: 'fatal',
    cause: `the container cannot be configured: ${shortened(text, 160)}`,
    fix: [facts.kubectl(`describe pod ${container.pod.name}`)],
  };
}

/** The keys that variables of pods name one by one. */
function keysWanted(kind: Kind, name: string, { pods }: Facts): string[] {
  const field = kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
  const sources = pods
    .flatMap(({ pod: { spec } }) => [...(spec.initContainers ?? []), ...spec.containers])
    .flatMap(({ env = [] }) => env)
    .map(({ valueFrom }) => valueFrom?.[field]);
  return [
    ...new Set(sources.flatMap((source) => (source?.name === name && !source.optional ? [source.key] : []))),
  ].sort();
}

function objectsOf(kind: Kind, { snapshot }: Facts): readonly KeysOf[] | undefined {
  return kind === 'Secret' ? snapshot.secrets : snapshot.configMaps;
}

function createCommand(kind: Kind, name: string): string {
  return kind === 'Secret'
    ? `create secret generic ${name} --from-env-file=.env`
    : `create configmap ${name} --from-env-file=FILE`;
}

function evidenceOf(container: ContainerFacts, text: string): string {
  const event = container.events.findLast(({ reason }) => reason === 'Failed');
  return event === undefined ? `container state: ${shortened(text)}` : eventQuote(event);
}
