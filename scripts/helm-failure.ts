import { CommandError } from './command-error.ts';

type Text = (match: RegExpExecArray) => string;

/** What Helm says, of both majors, and what to do about it. The first that fits is taken. */
const KNOWN: readonly (readonly [RegExp, Text])[] = [
  [
    /context "([^"]*)" does not exist/,
    ([, name]) => `the kubeconfig has no context '${name}'; see: kubectl config get-contexts`,
  ],
  [
    /kubernetes cluster unreachable: (?:the server has asked for the client to provide credentials|.*Unauthorized|.*must be logged in)/i,
    () => 'the cluster does not accept the credentials of the kubeconfig; log in again',
  ],
  [
    /kubernetes cluster unreachable: (?:\w+ "https?:\/\/([^"/]+)[^"]*": )?(.*)/i,
    ([, server, why]) =>
      `the cluster${server === undefined ? '' : ` at ${server}`} does not answer (${why}); is it running?`,
  ],
  [
    /another operation \(install\/upgrade\/rollback\) is in progress/,
    () => 'another Helm operation is in progress, or was cut short; wait for it, or look: helm history',
  ],
  [/release has no (\d+) version/, ([, revision]) => `the release has no revision ${revision}; see: helm history`],
  [/release: not found/, () => 'there is no such release'],
  [
    /"[^"]*" has no deployed releases/,
    () => 'no revision of the release was ever deployed; uninstall it, then install anew',
  ],
  [
    /values don't meet the specifications of the schema/,
    () => "the values do not fit the chart's schema; correct what is listed",
  ],
  [/execution error at \([^)]*\):\s*(.*)/, ([, why]) => `the chart refuses the values: ${why}`],
  [
    /chart requires kubeVersion: (\S+) which is incompatible with Kubernetes (\S+)/,
    ([, needed, found]) => `the cluster has Kubernetes ${found}; the chart needs ${needed}`,
  ],
  [
    /no matches for kind "([^"]+)" in version "([^"]+)"/,
    ([, kind, version]) => `the cluster does not know ${kind} of ${version}; install its CRDs first`,
  ],
  [
    /(\w+) "([^"]+)" in namespace "([^"]*)" exists and cannot be imported into the current release/,
    ([, kind, name, namespace]) =>
      `${kind} ${name} in namespace ${namespace} is not of this release; remove or rename it, or take another namespace`,
  ],
  [
    /conflict occurred while applying object (\S+) [^\n]*?Apply failed with (\d+) conflicts?: (.*)/,
    ([, object, , conflicts]) => `somebody else has set fields of ${object}: ${shorter(conflicts)}`,
  ],
  [/namespaces "([^"]+)" not found/, ([, name]) => `there is no namespace ${name}; create it first`],
  [/because it is being terminated/, () => 'the namespace is being deleted; wait until it is gone'],
  [
    /User "([^"]+)" cannot (\w+) resource "([^"]+)"(?: in API group "[^"]*")?(?: in the namespace "([^"]+)")?/,
    ([, user, verb, resource, namespace]) =>
      `user ${user} may not ${verb} ${resource}${namespace === undefined ? '' : ` in namespace ${namespace}`}; ask for the permission`,
  ],
  [/exceeded quota: ([^,]+), (.*)/, ([, name, numbers]) => `the quota ${name} of the namespace is used up: ${numbers}`],
  [
    /(\w+)(?:\.\S+)? "([^"]+)" is invalid: (\S+): Invalid value: .*?: field is immutable/,
    ([, kind, name, field]) => `${field} of ${kind} ${name} cannot be changed; delete the ${kind} first`,
  ],
  [
    /Service "([^"]+)" is invalid: \S+: Invalid value: (\d+): provided port is already allocated/,
    ([, name, port]) =>
      `node port ${port} of Service ${name} belongs to another Service; set another nodePort, or null`,
  ],
  [
    /admission webhook "([^"]+)" denied the request: (.*)/,
    ([, name, why]) => `the admission webhook ${name} refuses: ${why}`,
  ],
  [/(\w+)(?:\.\S+)? "([^"]+)" is invalid: (.*)/, ([, kind, name, why]) => `${kind} ${name} is not valid: ${why}`],
  [
    /context deadline exceeded|timed out waiting for the condition|TLS handshake timeout|i\/o timeout/,
    () => 'the cluster did not answer in time; try again',
  ],
  [
    /connection refused|connection reset|no such host|unexpected EOF/,
    () => 'the connection to the cluster broke; is it running?',
  ],
];

/** What went wrong in a call of Helm, and what to do; what it says besides goes to the details. */
export function helmFailure(doing: string, stderr: string): CommandError {
  const lines = errorLines(stderr);
  const text = lines.join('\n');
  for (const [pattern, message] of KNOWN) {
    const match = pattern.exec(text);
    if (match !== null) return new CommandError(`unable to ${doing}: ${message(match)}`, { details: lines });
  }
  const [first = 'helm does not say why', ...rest] = lines;
  return new CommandError(`unable to ${doing}: ${first}`, { details: rest });
}

/** Without what it logs besides, which says the same twice, and without its own headings. */
function errorLines(stderr: string): string[] {
  return stderr
    .split('\n')
    .filter(
      (line) => line.trim() !== '' && !/^(?:level=|WARNING: |[IWE]\d{4} |Release "[^"]*" does not exist)/.test(line),
    )
    .map((line) =>
      line
        .replace(/^Error: (?:UPGRADE FAILED: |INSTALLATION FAILED: )?/, '')
        .replace(/^\s*\* /, '')
        .trimEnd(),
    );
}

/** Only who and what, each field once. */
function shorter(conflicts: string | undefined): string {
  return (conflicts ?? '').replaceAll(/conflict with ("[^"]+"(?: with subresource "[^"]+")?) using \S+: /g, '$1 has ');
}
