import { join } from 'node:path';
import { listed, nearest } from '../../chart/explain/nearest.ts';
import { type JsonObject, valueAt, withValueAt } from '../../chart/json.ts';
import type { Manifest } from '../../chart/manifests.ts';
import type { Preset } from '../../values/presets.ts';
import type { Values } from '../../values/schema.ts';
import { clusterFailure } from '../cluster-failure.ts';
import { type EnvFile, readEnvFile, tryReadEnvFile } from '../env-file.ts';
import type { Redactor } from '../redactor.ts';
import { contentProblems, contentWarnings, PUBLIC_KEYS, REQUIRED_KEYS, type SecretData } from './credential-keys.ts';
import { type Credential, knownKeys, resolveCredentials } from './credential-sources.ts';
import { CredentialsPlan, type PlannedCredentials } from './credentials-plan.ts';
import {
  decoded,
  type Ownership,
  ownershipOf,
  readSecret,
  readVolume,
  type SecretApi,
  type SecretObject,
} from './credentials-secret.ts';
import { secretReferenceProblems } from './secret-reference-problems.ts';
import { secretReferences } from './secret-references.ts';

export interface CredentialsOptions {
  readonly cluster: SecretApi;
  readonly release: string;
  readonly namespace: string;
  /** What the profile and the user set. A Secret that they name is theirs. */
  readonly overrides: JsonObject;
  /** All values, as the chart has them. */
  readonly values: Pick<Values, 'secret' | 'database' | 'networkPolicy'>;
  /** What the chart renders. */
  readonly objects: readonly Manifest[];
  /** An environment file that has to be there. @default - `.env` in `directory`, if there is one */
  readonly envFile?: string | undefined;
  /** Where npm was called. */
  readonly directory: string;
  /** The process's own. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Learns every secret as soon as it is read. */
  readonly redactor: Redactor;
}

/** What was read: nothing else counts for the plan. */
interface Facts extends CredentialsOptions {
  readonly secretName: string;
  readonly existing: SecretObject | undefined;
  /** The content of the Secret that is there. */
  readonly data: SecretData;
  readonly volume: string | undefined;
  readonly file: EnvFile | undefined;
  readonly named: readonly string[];
  readonly namedOptional: readonly string[];
  readonly known: readonly string[];
}

/**
 * Overrides for Helm that name the Secret which `apply` keeps, so that the chart makes none. A Secret that the user
 * names, or that an ExternalSecret brings, stays.
 */
export function withSecretName({ defaults }: Preset, overrides: JsonObject): JsonObject {
  const path = ['secret', 'existingSecret'];
  const isExternal = valueAt(overrides, ['secret', 'externalSecret', 'enabled']) === true;
  if (isExternal || valueAt(overrides, path) !== null) return overrides;
  const name = valueAt(overrides, ['secret', 'name']) ?? defaults.secret.name;
  return withValueAt(overrides, path, name) as JsonObject;
}

/**
 * Reads what there is, and decides what the application's Secret will hold. Writes nothing.
 *
 * @throws CommandError for an env file that cannot be read, and where the cluster does not answer as it should
 */
export async function planCredentials(options: CredentialsOptions): Promise<CredentialsPlan> {
  const facts = await readFacts(options);
  const others = await secretReferenceProblems(options, facts.secretName);
  const owner = foreignOwner(facts);
  const { problems, warnings, ...planned } = owner === undefined ? planOwn(facts) : planForeign(facts, owner);
  return new CredentialsPlan(facts, {
    ...planned,
    problems: [...problems, ...others.problems],
    warnings: [...warnings, ...others.warnings],
  });
}

async function readFacts(options: CredentialsOptions): Promise<Facts> {
  const { cluster, namespace, values, objects, envFile, directory, environment, redactor } = options;
  const secretName = values.secret.existingSecret ?? values.secret.name;
  const own = secretReferences(objects).filter(({ secret }) => secret === secretName);
  const keysOf = (isOptional: boolean) =>
    own.flatMap(({ key, optional }) => (key === undefined || optional !== isOptional ? [] : key));
  const named = keysOf(false);
  const namedOptional = keysOf(true);
  const known = knownKeys({ named, namedOptional });
  const file = await (envFile === undefined ? tryReadEnvFile(join(directory, '.env'), '.env') : readEnvFile(envFile));
  try {
    const existing = await readSecret(cluster, namespace, secretName);
    const data = existing === undefined ? {} : decoded(existing);
    for (const source of [data, file?.values ?? {}, environment])
      for (const [name, value] of Object.entries(source)) if (isSecret(name, known)) redactor.add(value ?? '');
    const volume = await readVolume(cluster, namespace, objects);
    return { ...options, secretName, existing, data, volume, file, named, namedOptional, known };
  } catch (error) {
    throw clusterFailure(`read Secret '${secretName}' in namespace '${namespace}'`, error);
  }
}

function isSecret(name: string, known: readonly string[]): boolean {
  return known.includes(name) && !PUBLIC_KEYS.includes(name);
}

/** Who else writes the Secret; undefined where `apply` may. */
function foreignOwner({ values, overrides, existing, release }: Facts): string | undefined {
  if (values.secret.externalSecret.enabled) return 'filled by an ExternalSecret';
  if (isNamed(overrides)) return 'named in secret.existingSecret';
  const ownership = existing && ownershipOf(existing, release);
  return ownership?.kind === 'other' ? `kept by ${ownership.owner}` : undefined;
}

function isNamed(overrides: JsonObject): boolean {
  return valueAt(overrides, ['secret', 'existingSecret']) !== null;
}

/** Only looked at. */
function planForeign(facts: Facts, owner: string): PlannedCredentials {
  const { secretName, namespace, existing, data, known, named, values, overrides, envFile } = facts;
  const what = `Secret '${secretName}' (${owner})`;
  const needed = [...new Set([...REQUIRED_KEYS, ...named])];
  const problems: string[] = [];
  if (existing !== undefined) {
    for (const name of needed) if (!data[name]) problems.push(`${what} has no key ${name}: add it`);
    for (const { name, problem } of contentProblems(data, facts)) problems.push(`${name} in ${what} ${problem}`);
  } else if (!values.secret.externalSecret.enabled) {
    problems.push(
      `there is no ${what} in namespace '${namespace}'; make it: kubectl create secret generic ${secretName} --namespace ${namespace} --from-env-file=.env`,
    );
  }
  if (envFile !== undefined) {
    const way = isNamed(overrides) ? ', or let it be made: --set secret.existingSecret=null' : '';
    problems.push(`--env-file is of no use: ${what} is not written by apply; leave it out${way}`);
  }
  return {
    action: 'not-ours',
    data,
    keys: known.flatMap((name) => (data[name] === undefined ? [] : { name, source: 'kept', changed: false })),
    problems,
    warnings: contentWarnings(data, facts).map(({ name, problem }) => `${name} in ${what} ${problem}`),
  };
}

/** What is given over what is there. */
function planOwn(facts: Facts): PlannedCredentials {
  const { secretName, existing, data, file, known, release, redactor } = facts;
  const { credentials, problems } = resolveCredentials({ ...facts, envFile: file?.values ?? {}, existing: data });
  for (const { name, value = '' } of credentials) if (!PUBLIC_KEYS.includes(name)) redactor.add(value);

  const wanted = valuesOf(credentials);
  const keys = credentials.map(({ name, source, value }) => ({ name, source, changed: data[name] !== value }));
  const ownership = existing && ownershipOf(existing, release);
  const action = actionFor(
    ownership,
    keys.some(({ changed }) => changed),
  );
  const sourceOf = (name: string) => credentials.find((each) => each.name === name)?.source;
  const isFrozen = existing?.immutable === true && action !== 'keep';
  return {
    action,
    data: { ...withoutRemoved(data, credentials), ...wanted },
    keys,
    problems: [
      ...doubts(file, (name) => name !== undefined && known.includes(name)),
      ...problems,
      ...contentProblems(wanted, facts).map(({ name, problem }) => `${name} (${sourceOf(name)}) ${problem}`),
      ...(isFrozen ? [`Secret '${secretName}' is immutable and has to change; keep a copy, and delete it`] : []),
    ],
    warnings: [
      ...doubts(file, (name) => name === undefined || !known.includes(name)),
      ...unusedNames(file, known),
      ...contentWarnings(wanted, facts)
        // A problem already where it is new.
        .filter(({ name }) => name !== 'BETTER_AUTH_SECRET' || sourceOf(name) === 'kept')
        .map(({ name, problem }) => `${name} (${sourceOf(name)}) ${problem}`),
      ...(ownership?.kind === 'free' && ownership.from !== 'the chart' && action !== 'keep'
        ? [`Secret '${secretName}' was made by ${ownership.from}; apply takes it over`]
        : []),
    ],
  };
}

/** A Secret that somebody has made by hand is left alone as long as it is as it should be. */
function actionFor(ownership: Ownership | undefined, isChanged: boolean): PlannedCredentials['action'] {
  if (ownership === undefined) return 'create';
  if (ownership.kind === 'free' && (ownership.from !== 'somebody' || isChanged)) return 'adopt';
  return isChanged ? 'change' : 'keep';
}

function valuesOf(credentials: readonly Credential[]): Record<string, string> {
  return Object.fromEntries(credentials.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
}

function withoutRemoved(data: SecretData, credentials: readonly Credential[]): SecretData {
  const removed = credentials.filter(({ value }) => value === undefined).map(({ name }) => name);
  return Object.fromEntries(Object.entries(data).filter(([name]) => !removed.includes(name)));
}

function doubts(file: EnvFile | undefined, choose: (name: string | undefined) => boolean): string[] {
  return (file?.doubts ?? []).filter(({ name }) => choose(name)).map(({ message }) => message);
}

/** Other programs may read the same file; a name that is nearly one of ours is more likely a slip. */
function unusedNames(file: EnvFile | undefined, known: readonly string[]): string[] {
  if (file === undefined) return [];
  const unused = Object.keys(file.values).filter((name) => !known.includes(name));
  const slips = unused.map((name) => ({ name, meant: nearest(name, known) })).filter(({ meant }) => meant.length > 0);
  const rest = unused.filter((name) => !slips.some((slip) => slip.name === name));
  return [
    ...slips.map(({ name, meant }) => `${name} in ${file.path} is not used; did you mean ${listed(meant)}?`),
    ...(rest.length === 0
      ? []
      : [`${listed(rest, 'and')} in ${file.path} ${rest.length === 1 ? 'is' : 'are'} not used`]),
  ];
}
