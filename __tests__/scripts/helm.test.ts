import { readFile } from 'node:fs/promises';
import { CommandError } from '../../scripts/command-error.ts';
import { Helm } from '../../scripts/helm.ts';
import { helmFailure } from '../../scripts/helm-failure.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const ID = { release: 'r', namespace: 'n', context: 'c' };

/** What both majors printed, word for word. */
const SAID: readonly (readonly [string, string, string])[] = [
  [
    'values that do not fit the schema',
    `Release "r" does not exist. Installing it now.
Error: values don't meet the specifications of the schema(s) in the following chart(s):
c:
- at '/a': got string, want integer
- at '': additional properties 'b' not allowed
`,
    "the values do not fit the chart's schema; correct what is listed",
  ],
  [
    'a rule of the chart',
    'Error: execution error at (c/templates/cm.yaml:1:33): a (7) must be at most 5',
    'the chart refuses the values: a (7) must be at most 5',
  ],
  [
    'an object of somebody else',
    'Error: Unable to continue with install: ConfigMap "cmx" in namespace "n" exists and cannot be imported into the current release: invalid ownership metadata; label validation error: missing key "app.kubernetes.io/managed-by": must be set to "Helm"',
    'ConfigMap cmx in namespace n is not of this release; remove or rename it, or take another namespace',
  ],
  [
    'a field of somebody else, Helm 4',
    `level=WARN msg="upgrade failed" name=r error="conflict occurred while applying object n/dx apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with \\"kubectl\\" with subresource \\"scale\\" using apps/v1: .spec.replicas"
Error: UPGRADE FAILED: conflict occurred while applying object n/dx apps/v1, Kind=Deployment: Apply failed with 1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas`,
    'somebody else has set fields of n/dx: "kubectl" with subresource "scale" has .spec.replicas',
  ],
  [
    'no permission',
    'Error: query: failed to query with labels: secrets is forbidden: User "joe" cannot list resource "secrets" in API group "" in the namespace "n"',
    'user joe may not list secrets in namespace n; ask for the permission',
  ],
  [
    'a cluster that does not answer, Helm 4',
    'Error: kubernetes cluster unreachable: Get "http://127.0.0.1:1/version": dial tcp 127.0.0.1:1: connect: connection refused',
    'the cluster at 127.0.0.1:1 does not answer (dial tcp 127.0.0.1:1: connect: connection refused); is it running?',
  ],
  [
    'an unknown context, Helm 3',
    'Error: Kubernetes cluster unreachable: context "nope" does not exist',
    "the kubeconfig has no context 'nope'; see: kubectl config get-contexts",
  ],
  [
    'an immutable field, Helm 3',
    'Error: UPGRADE FAILED: cannot patch "dx" with kind Deployment: Deployment.apps "dx" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"dy"}}: field is immutable',
    'spec.selector of Deployment dx cannot be changed; delete the Deployment first',
  ],
  [
    'an immutable field, Helm 4',
    'Error: UPGRADE FAILED: server-side apply failed for object n/dx apps/v1, Kind=Deployment: Deployment.apps "dx" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"dy"}}: field is immutable',
    'spec.selector of Deployment dx cannot be changed; delete the Deployment first',
  ],
  [
    'an old cluster',
    'Error: UPGRADE FAILED: chart requires kubeVersion: >=1.99.0-0 which is incompatible with Kubernetes v1.34.4',
    'the cluster has Kubernetes v1.34.4; the chart needs >=1.99.0-0',
  ],
  [
    'a pending release',
    'Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress',
    'another Helm operation is in progress, or was cut short; wait for it, or look: helm history',
  ],
  ['no such revision', 'Error: release has no 77 version', 'the release has no revision 77; see: helm history'],
  ['no such release', 'Error: release: not found', 'there is no such release'],
  [
    'no such namespace',
    'Release "r" does not exist. Installing it now.\nError: create: failed to create: namespaces "nons-xyz" not found',
    'there is no namespace nons-xyz; create it first',
  ],
  [
    'an unknown kind',
    `Error: unable to build kubernetes objects from release manifest: resource mapping not found for name: "x" namespace: "" from "": no matches for kind "HTTPRoute" in version "gateway.networking.k8s.io/v9"
ensure CRDs are installed first`,
    'the cluster does not know HTTPRoute of gateway.networking.k8s.io/v9; install its CRDs first',
  ],
  [
    'a node port that is taken, Helm 3',
    'Error: 1 error occurred:\n\t* Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 30999: provided port is already allocated\n\n',
    'node port 30999 of Service x belongs to another Service; set another nodePort, or null',
  ],
  [
    'a quota, Helm 4',
    'Error: UPGRADE FAILED: failed to create resource: server-side apply failed for object n/q1 /v1, Kind=ConfigMap: configmaps "q1" is forbidden: exceeded quota: q, requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=1',
    'the quota q of the namespace is used up: requested: count/configmaps=1, used: count/configmaps=2, limited: count/configmaps=1',
  ],
  ['what nobody knows', 'Error: UPGRADE FAILED: odd\nvery odd', 'odd'],
];

describe('a failure of Helm', () => {
  test.each(SAID)('%s is one line', (_, stderr, message) => {
    expect(helmFailure('install r', stderr).message).toBe(`unable to install r: ${message}`);
  });

  test('keeps what Helm lists besides, without saying anything twice', () => {
    expect(helmFailure('install r', SAID[0]![1]).details).toEqual([
      "values don't meet the specifications of the schema(s) in the following chart(s):",
      'c:',
      "- at '/a': got string, want integer",
      "- at '': additional properties 'b' not allowed",
    ]);
    expect(helmFailure('install r', SAID[3]![1]).details).toHaveLength(1);
    expect(helmFailure('install r', 'Error: odd\nvery odd').details).toEqual(['very odd']);
  });
});

describe('the helm command', () => {
  test('gets the values over stdin and its options in any major', async () => {
    const input = { ...ID, chart: 'dir', values: { a: 1 }, description: 'why', forceConflicts: true };

    expect(await callsWith('v4.3.1', (helm) => helm.upgradeInstall(input))).toEqual([
      'version --template {{.Version}} | ',
      'upgrade --install r dir --namespace n --kube-context c --values - --output json --description why --server-side=true --force-conflicts | {"a":1}',
    ]);
    expect(await callsWith('v3.14.0', (helm) => helm.upgradeInstall(input))).toEqual([
      'version --template {{.Version}} | ',
      'upgrade --install r dir --namespace n --kube-context c --values - --output json --description why | {"a":1}',
    ]);
    expect(await callsWith('v4.3.1', (helm) => helm.rollback({ ...ID, revision: 3 }))).toEqual([
      'version --template {{.Version}} | ',
      'rollback r 3 --namespace n --kube-context c --server-side=true |',
    ]);
  });

  test('cuts a description that Helm would refuse', async () => {
    const input = { ...ID, chart: 'dir', values: {}, description: 'x'.repeat(300) };

    const [, call] = await callsWith('v3.14.0', (helm) => helm.upgradeInstall(input));

    expect(call).toContain(` --description ${'x'.repeat(256)} |`);
  });

  test.each([
    ['v3.13.9', 'Helm is 3.13.9; install version 3.14 or newer, or 4'],
    ['v5.0.0', 'Helm is 5.0.0; install version 3.14 or newer, or 4'],
    ['what', "'FAKE' does not tell its version: what"],
  ])('is refused as version %s', async (version, message) => {
    await withFake(version, async (program) => {
      const failure = await new Helm({ program }).version().catch((error: unknown) => error);

      expect(failure).toBeInstanceOf(CommandError);
      expect((failure as CommandError).message.replace(program, 'FAKE')).toBe(message);
    });
  });

  test('says that it is not installed', async () => {
    await expect(new Helm({ program: '/nowhere/helm' }).version()).rejects.toThrow(
      "unable to run '/nowhere/helm'. Is it installed?",
    );
  });
});

/** What the program was called with, and what it read. */
async function callsWith(version: string, work: (helm: Helm) => Promise<unknown>): Promise<string[]> {
  return withFake(version, async (program, calls) => {
    await work(new Helm({ program }));
    return calls();
  });
}

async function withFake<T>(
  version: string,
  work: (program: string, calls: () => Promise<string[]>) => Promise<T>,
): Promise<T> {
  const directory = await TemporaryDirectory.create();
  const log = `${directory.path}/calls`;
  const script = `#!/bin/sh\necho "$* | $(cat)" >> '${log}'\ncase "$1" in version) echo '${version}' ;; *) echo '{"version":7}' ;; esac\n`;
  try {
    const program = await directory.write('helm', script, 0o755);

    return await work(program, async () => (await readFile(log, 'utf8')).trimEnd().split('\n'));
  } finally {
    await directory.remove();
  }
}
