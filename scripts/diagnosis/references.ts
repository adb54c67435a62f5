import { REQUIRED_KEYS } from '../apply/credential-keys.ts';
import type { Facts, Workload } from './facts.ts';
import type { Candidate } from './finding.ts';
import type { Container, PodSpec } from './objects.ts';

type Kind = 'Secret' | 'ConfigMap';

interface Wanted {
  readonly kind: Kind;
  readonly name: string;
  /** undefined: all of it. */
  readonly key?: string;
}

/**
 * Secrets and ConfigMaps that are gone, or not whole, while pods that have read them before go on: the next one that
 * starts will not. And those that lack what the application reads of them as a whole.
 */
export function referenceProblems(facts: Facts): Candidate[] {
  return facts.workloads
    .filter(({ id }) => facts.pods.some(({ workload, ready }) => workload === id && ready))
    .flatMap((workload) => [...lost(workload, facts), ...unfed(workload, facts)]);
}

function lost(workload: Workload, facts: Facts): Candidate[] {
  return references(workload.spec).flatMap(({ kind, name, key }) => {
    const known = kind === 'Secret' ? facts.snapshot.secrets : facts.snapshot.configMaps;
    const object = known?.find((each) => each.name === name);
    if (known === undefined || (object !== undefined && (key === undefined || object.keys.includes(key)))) return [];
    const what = object === undefined ? `there is no ${kind} '${name}'` : `${kind} '${name}' has no key '${key}'`;
    const resource = kind.toLowerCase();
    const fix =
      object === undefined
        ? [
            `npm run apply makes it anew, or: ${facts.kubectl(`create ${resource} ${kind === 'Secret' ? 'generic ' : ''}${name} --from-env-file=FILE`)}`,
          ]
        : [`add ${key} to it: ${facts.kubectl(`edit ${resource} ${name}`)}`];
    return candidate(workload, {
      code: object === undefined ? `Missing${kind}` : 'MissingKey',
      cause: `${what}; the pods that run have read it before, and the next one that starts will not`,
      evidence: [`${workload.id} wants ${key === undefined ? '' : `key ${key} of `}${kind} ${name}`],
      fix,
      check: facts.kubectl(`get ${resource} ${name}`),
      shared: key === undefined || object === undefined ? `${kind}/${name}` : `${kind}/${name} ${key}`,
      facts,
    });
  });
}

/** The application starts without these keys, and does not what is meant. */
const WITHOUT: Readonly<Record<string, string>> = {
  DATABASE_URL: 'each pod keeps todos of its own, in a file that goes with it',
  BETTER_AUTH_SECRET: 'each pod makes a session key of its own, so that users are logged out',
};

function unfed(workload: Workload, facts: Facts): Candidate[] {
  return workload.spec.containers.flatMap((container) => {
    if (facts.valuePath(container.name, '') === undefined || container.name !== 'backend') return [];
    const sources = wholeSecrets(container);
    const objects = sources.map((name) => facts.snapshot.secrets?.find((each) => each.name === name));
    // What is not there at all, or may not be read, is told elsewhere or not known.
    if (objects.length === 0 || objects.some((object) => object === undefined)) return [];
    const keys = [...objects.flatMap((object) => object!.keys), ...(container.env ?? []).map(({ name }) => name)];
    return REQUIRED_KEYS.filter((key) => !keys.includes(key)).flatMap((key) =>
      candidate(workload, {
        code: 'MissingKey',
        cause: `Secret '${sources.join(', ')}' has no key '${key}': ${WITHOUT[key] ?? 'the backend reads it'}`,
        evidence: [
          `Secret ${sources.join(', ')} has ${[...objects.flatMap((object) => object!.keys)].sort().join(', ') || 'no keys'}`,
        ],
        fix: [
          `npm run apply adds it, or: ${facts.kubectl(`edit secret ${sources[0]}`)}`,
          `then: ${facts.kubectl(`rollout restart ${workload.kind.toLowerCase()}/${workload.name}`)}`,
        ],
        check: facts.kubectl(
          `get secret ${sources[0]} --output 'go-template={{range $key, $_ := .data}}{{$key}} {{end}}'`,
        ),
        shared: `Secret/${sources.join(',')} ${key} of the application`,
        facts,
      }),
    );
  });
}

function candidate(
  { id }: Workload,
  { facts: _, ...rest }: Pick<Candidate, 'code' | 'cause' | 'evidence' | 'fix' | 'check' | 'shared'> & { facts: Facts },
): Candidate[] {
  return [{ ...rest, severity: 'fatal', confidence: 'certain', workload: id, blocking: false }];
}

/** What pods cannot start without. */
function references({ containers, initContainers = [], volumes = [] }: PodSpec): Wanted[] {
  const all = [
    ...[...initContainers, ...containers].flatMap(ofContainer),
    ...volumes.flatMap(({ secret, configMap }): (Wanted & { optional?: boolean })[] => [
      ...(secret === undefined ? [] : [{ kind: 'Secret' as const, name: secret.secretName, ...optional(secret) }]),
      ...(configMap === undefined
        ? []
        : [{ kind: 'ConfigMap' as const, name: configMap.name, ...optional(configMap) }]),
    ]),
  ];
  const wanted = all.filter((each) => each.optional !== true).map(({ optional: _, ...each }) => each);
  return wanted.filter(
    ({ kind, name, key }, i) => wanted.findIndex((w) => w.kind === kind && w.name === name && w.key === key) === i,
  );
}

function optional(source: object): { optional?: boolean } {
  return 'optional' in source && source.optional === true ? { optional: true } : {};
}

function ofContainer({ env = [], envFrom = [] }: Container): (Wanted & { optional?: boolean })[] {
  return [
    ...env.flatMap(({ valueFrom: { secretKeyRef, configMapKeyRef } = {} }) => [
      ...(secretKeyRef === undefined ? [] : [{ kind: 'Secret' as const, ...secretKeyRef }]),
      ...(configMapKeyRef === undefined ? [] : [{ kind: 'ConfigMap' as const, ...configMapKeyRef }]),
    ]),
    ...envFrom.flatMap(({ secretRef, configMapRef }) => [
      ...(secretRef === undefined ? [] : [{ kind: 'Secret' as const, ...secretRef }]),
      ...(configMapRef === undefined ? [] : [{ kind: 'ConfigMap' as const, ...configMapRef }]),
    ]),
  ];
}

function wholeSecrets({ envFrom = [] }: Container): string[] {
  return envFrom.flatMap(({ secretRef }) => (secretRef === undefined || secretRef.optional ? [] : secretRef.name));
}
