import { CommandError } from './command-error.ts';

/** What to do about what Docker says, by what it says. The first that fits is taken. */
const KNOWN: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [
    /permission denied while trying to connect to the docker (?:daemon socket|API)|dial unix \S+ connect: permission denied/i,
    () => `no permission to talk to the Docker daemon; add this user to the group 'docker', or use rootless Docker`,
  ],
  [
    /cannot connect to the Docker daemon at (\S+?)\. |failed to connect to the docker API at (\S+?);|error during connect/i,
    ([, at, api]) => `the Docker daemon does not answer${on(at ?? api)}. Is it running?`,
  ],
  [
    /is not a docker command|unknown (?:shorthand )?flag.*--?(?:progress|provenance)|buildx component is missing/i,
    () => 'this Docker has no buildx; install the docker-buildx plugin, which Docker 23 and later bring along',
  ],
  [
    /no space left on device/i,
    () =>
      `the disk of the Docker engine is full; 'docker system df' tells what fills it, 'docker system prune' frees it`,
  ],
  [
    /multi-platform build is not supported/i,
    () => 'this builder builds one platform at a time; create another one: docker buildx create --use',
  ],
  [
    /exec format error/i,
    () => 'this machine cannot run programs of that platform; install QEMU, or build on a machine of that platform',
  ],
];

/** What a registry answers, by what it says. */
const REGISTRY: readonly (readonly [RegExp, (registry: string) => string])[] = [
  [
    /no basic auth credentials|authorization failed|unauthorized|authentication required/i,
    (registry) => `not logged in to ${registry}; run: docker login ${registry}`,
  ],
  [
    /denied|\b403\b|insufficient_scope/i,
    (registry) =>
      `${registry} refuses the push; the repository must exist, and this user must be allowed to push to it`,
  ],
  [/connection refused/i, (registry) => `nothing listens at ${registry}; is the registry running?`],
  [/no such host/i, (registry) => `there is no host of the name in ${registry}`],
  [
    /i\/o timeout|deadline exceeded|no route to host|network is unreachable/i,
    (registry) => `${registry} does not answer`,
  ],
  [
    /server gave HTTP response to HTTPS client/i,
    (registry) =>
      `${registry} speaks HTTP, and Docker expects HTTPS; see "insecure-registries" in Docker's configuration`,
  ],
  [/x509|certificate/i, (registry) => `the certificate of ${registry} is not trusted`],
  [/\b50\d\b|internal server error/i, (registry) => `${registry} has failed; try again later, or look at its log`],
];

/** What went wrong in a call of Docker, and what to do. */
export function dockerFailure(doing: string, stderr: string): CommandError {
  return knownFailure(stderr) ?? new CommandError(`unable to ${doing}: ${lastLine(stderr)}`, { details: tail(stderr) });
}

/** The failures that have nothing to do with what Docker was asked for. */
export function knownFailure(stderr: string): CommandError | undefined {
  for (const [pattern, text] of KNOWN) {
    const match = pattern.exec(stderr);
    if (match !== null) return new CommandError(text(match));
  }
  return undefined;
}

/** Why a push does not work, and what to do. */
export function pushFailure(reference: string, stderr: string): CommandError {
  const registry = registryOf(reference);
  const known = REGISTRY.find(([pattern]) => pattern.test(stderr));
  const reason = known?.[1](registry) ?? lastLine(stderr);
  return knownFailure(stderr) ?? new CommandError(`unable to push ${reference}: ${reason}`, { details: tail(stderr) });
}

/** A base image that no registry gives, out of what BuildKit says; undefined where it is something else. */
export function missingBase(message: string): string | undefined {
  const [, image] =
    /(?:load metadata for|failed to resolve source metadata for|pull access denied for) (\S+?)[:,]?(?:\s|$)/.exec(
      message,
    ) ?? [];
  return image?.replace(/^docker\.io\/(?:library\/)?/, '');
}

/** The host; a reference without one is of Docker Hub. */
function registryOf(reference: string): string {
  const [first = ''] = reference.split('/');
  return /[.:]/.test(first) || first === 'localhost' ? first : 'docker.io';
}

function on(address: string | undefined): string {
  return address === undefined ? '' : ` at ${address}`;
}

function lastLine(text: string): string {
  return (tail(text).at(-1) ?? 'it does not say why').replace(/^ERROR: |^Error response from daemon: /, '');
}

function tail(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-5);
}
