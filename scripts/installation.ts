import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../chart/json.ts';
import { mergeFiles } from '../chart/merge-values.ts';
import { type Preset, presets } from '../values/presets.ts';
import { profiles } from '../values/profiles.ts';
import { CommandError } from './command-error.ts';
import { type Overrides, readOverrides, SET_OPTIONS, setFlags } from './overrides.ts';

export type Profile = 'default' | keyof typeof profiles;

/** Which release a command is about. */
export interface Installation {
  readonly preset: Preset;
  readonly release: string;
  readonly namespace: string;
}

/** Which release a command is about, and with what values it is installed. */
export interface ValuedInstallation extends Installation {
  /** undefined: what fits the cluster. */
  readonly profile: Profile | undefined;
  /** Directory of the chart. */
  readonly chart: string;
  /** What the user sets: files, then flags. */
  readonly given: JsonObject;
}

export interface InstallationOptions {
  /** @default - the first one */
  readonly preset?: string | undefined;
  /** @default - the preset's */
  readonly namespace?: string | undefined;
  /** @default - the preset's name */
  readonly release?: string | undefined;
}

export interface ValuedInstallationOptions extends InstallationOptions, Overrides {
  readonly profile?: string | undefined;
}

/** The flags that choose a release, as `parseArgs` takes them. */
export const INSTALLATION_OPTIONS = {
  preset: { type: 'string' },
  context: { type: 'string' },
  namespace: { type: 'string', short: 'n' },
  release: { type: 'string' },
} as const;

/** Those, and the ones that set its values. */
export const VALUED_INSTALLATION_OPTIONS = {
  ...INSTALLATION_OPTIONS,
  profile: { type: 'string' },
  values: { type: 'string', short: 'f', multiple: true },
  ...SET_OPTIONS,
} as const;

/** Their part of a command's usage. */
export const INSTALLATION_USAGE = `  --preset NAME      todo-chatbot (the default) or todo-app
  --context NAME     context of the kubeconfig (the current one)
  -n, --namespace NS namespace (the preset's)
  --release NAME     name of the release (the preset's name)`;

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** @throws CommandError with exit code 2 for names that cannot be */
export function installation({ preset, namespace, release }: InstallationOptions): Installation {
  const chosen = preset === undefined ? presets[0]! : presets.find(({ name }) => name === preset);
  if (chosen === undefined)
    throw wrong(`'${preset}' is no preset; expected one of ${presets.map(({ name }) => name).join(', ')}`);
  if (namespace !== undefined && (!DNS_LABEL.test(namespace) || namespace.length > 63))
    throw wrong(`--namespace is '${namespace}'; expected a name such as ${chosen.namespace}: a-z, 0-9 and '-'`);
  // Helm allows 53, so that there is room for suffixes.
  if (release !== undefined && (!DNS_LABEL.test(release) || release.length > 53))
    throw wrong(`--release is '${release}'; expected up to 53 of a-z, 0-9 and '-'`);
  return { preset: chosen, release: release ?? chosen.name, namespace: namespace ?? chosen.namespace };
}

/** @throws CommandError for wrong options; ChartError for values that cannot be read */
export function valuedInstallation(options: ValuedInstallationOptions): ValuedInstallation {
  const which = installation(options);
  const { profile } = options;
  const names = ['default', ...Object.keys(profiles)];
  if (profile !== undefined && !names.includes(profile))
    throw wrong(`'${profile}' is no profile; expected one of ${names.join(', ')}`);
  return {
    ...which,
    profile: profile as Profile | undefined,
    chart: `${ROOT}dist/${which.preset.name}/chart`,
    given: readOverrides(options),
  };
}

/** A profile's values with what was given over them. */
export function overProfile(profile: Profile, given: JsonObject): JsonObject {
  return mergeFiles(profile === 'default' ? {} : (profiles[profile] as JsonObject), given);
}

/** Options of `parseArgs` as they are given to `valuedInstallation`; files as seen from where npm was called. */
export function valuedOptions(
  parsed: { readonly values?: readonly string[] | undefined } & Parameters<typeof setFlags>[0] &
    Omit<ValuedInstallationOptions, 'values' | 'set'>,
): ValuedInstallationOptions {
  const { preset, namespace, release, profile, values = [] } = parsed;
  return { preset, namespace, release, profile, values, set: setFlags(parsed) };
}

function wrong(message: string): CommandError {
  return new CommandError(message, { exitCode: 2 });
}
