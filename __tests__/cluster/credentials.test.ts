import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Manifest, manifests } from '../../chart/index.ts';
import type { JsonObject } from '../../chart/json.ts';
import { mergeFiles } from '../../chart/merge-values.ts';
import { planCredentials, withSecretName } from '../../scripts/apply/credentials.ts';
import { AuditLog, currentActor } from '../../scripts/audit-log.ts';
import { Cluster } from '../../scripts/cluster.ts';
import { programs } from '../../scripts/programs.ts';
import { Redactor } from '../../scripts/redactor.ts';
import { todoValues } from '../../scripts/todo-values.ts';
import { presets } from '../../values/presets.ts';
import { TestNamespace, testCluster } from '../support/cluster.ts';
import { type Helm, type HelmResult, helmBinaries, runHelm } from '../support/helm.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const CHART = new URL('../../dist/todo-chatbot/chart/', import.meta.url).pathname;
const SECRET = 'todo-db-secret';
const RELEASE = 'todo-chatbot';
/** No pods but for the database's: what matters here is what they would be given. */
const NO_PODS = { replicaCount: 0, autoscaling: { enabled: false }, service: { type: 'ClusterIP' } };
const VALUES: JsonObject = { backend: NO_PODS, frontend: NO_PODS, tests: { enabled: false } };
const API_KEY = 'sk-live-0123456789-abcdef';

let space: TestNamespace;
let cluster: Cluster;
let directory: TemporaryDirectory;
let redactor: Redactor;

beforeEach(async () => {
  const { context } = await testCluster();
  cluster = await Cluster.connect({ context });
  space = await TestNamespace.open('credentials');
  directory = await TemporaryDirectory.create();
  redactor = new Redactor();
});
afterEach(async () => {
  await space?.close();
  await directory?.remove();
});

test('makes a Secret, keeps it, changes it and puts it back', async () => {
  const first = await plan();
  await first.write();
  const made = await data();
  expect(Object.keys(made).sort()).toEqual(['BETTER_AUTH_SECRET', 'DATABASE_URL', 'POSTGRES_PASSWORD']);

  const version = await space.kubectl(['get', 'secret', SECRET, '--output=jsonpath={.metadata.resourceVersion}']);
  const second = await plan();
  await second.write();
  expect(second.action).toBe('keep');
  expect(await space.kubectl(['get', 'secret', SECRET, '--output=jsonpath={.metadata.resourceVersion}'])).toBe(version);

  await directory.write('.env', `OPENAI_API_KEY=${API_KEY}\n`);
  const third = await plan();
  await third.write();
  expect(await data()).toEqual({ ...made, OPENAI_API_KEY: API_KEY });
  expect(third.checksum).not.toBe(second.checksum);

  await third.restore();
  expect(await data()).toEqual(made);
});

test('of two who write at the same time, one is told', async () => {
  const plans = await Promise.all([plan(), plan()]);
  const outcomes = await Promise.allSettled(plans.map((each) => each.write()));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);

  await directory.write('.env', `OPENAI_API_KEY=${API_KEY}\n`);
  const changes = await Promise.all([plan(), plan({ OPENAI_MODEL: 'other' })]);
  const changed = await Promise.allSettled(changes.map((each) => each.write()));
  expect(changed.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(String((changed.find(({ status }) => status === 'rejected') as PromiseRejectedResult).reason)).toContain(
    'nothing was overwritten: run the command again',
  );
});

test('adopts the Secret of a plain helm install, and the chart then makes none', async () => {
  await install(VALUES);
  const made = await data();

  const credentials = await plan();

  expect({ action: credentials.action, problems: credentials.problems }).toEqual({ action: 'adopt', problems: [] });
  await credentials.write();
  expect(await data()).toEqual(made);
  expect((await plan()).action).toBe('keep');
  await upgrade(mergeFiles(VALUES, credentials.overrides));
  expect(await data()).toEqual(made);
});

test('refuses another password than the one that the volume was set up with', async () => {
  const credentials = await plan();
  await credentials.write();
  await install(mergeFiles(VALUES, credentials.overrides));
  await space.kubectl(['wait', '--for=jsonpath={.status.phase}=Bound', 'pvc/data-todo-db-0', '--timeout=180s']);

  const { problems } = await plan({ POSTGRES_PASSWORD: 'another-password-1' });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(
    /^POSTGRES_PASSWORD \(environment\) is not the one that volume 'data-todo-db-0' was set up with/,
  );

  await space.kubectl(['delete', 'secret', SECRET]);
  expect((await plan()).problems).toEqual([
    expect.stringMatching(/^volume 'data-todo-db-0' was set up with a POSTGRES_PASSWORD that is in no Secret any more/),
  ]);
});

test('a changed Secret restarts the pods that use it, and nothing else does', async () => {
  const credentials = await plan();
  await credentials.write();
  await install(mergeFiles(VALUES, credentials.overrides));
  const before = await replicaSets();
  await upgrade(mergeFiles(VALUES, (await plan()).overrides));
  expect(await replicaSets()).toEqual(before);

  const changed = await plan({ OPENAI_API_KEY: API_KEY });
  await changed.write();
  await upgrade(mergeFiles(VALUES, changed.overrides));

  const after = await replicaSets();
  expect(after.filter((name) => !before.includes(name))).toEqual([expect.stringMatching(/^todo-backend-/)]);
});

test('no value is in anything that a run prints or stores', async () => {
  await directory.write('.env', `OPENAI_API_KEY=${API_KEY}\nBETTER_AUTH_SECRET=${'k3y-'.repeat(12)}\n`);
  const file = join(directory.path, 'audit.log');
  const log = new AuditLog(file, {
    actor: currentActor(cluster.user),
    ...{ command: 'apply', context: cluster.context, namespace: space.name, release: RELEASE },
    redact: redactor.redact,
  });
  const credentials = await plan();
  await credentials.write();
  log.record('credentials', 'done', 1, JSON.stringify(credentials));
  const { stdout, stderr } = await install(mergeFiles(VALUES, credentials.overrides));
  const values = Object.values(await data());
  // What a careless program might say.
  log.record('release', 'failed', 1, `it says ${values.join(' and ')}`);
  const refused = await plan({
    BETTER_AUTH_SECRET: 'sh0rt-secret',
    DATABASE_URL: 'postgresql://u:sup3r-secret@localhost/x',
  });

  const printed = [
    JSON.stringify(credentials),
    ...refused.problems,
    stdout,
    stderr,
    await readFile(file, 'utf8'),
    await space.kubectl(['get', 'events,deployments,statefulsets,replicasets,pods,configmaps', '--output=json']),
    ...(await releaseRecords()),
  ].join('\n');

  expect(values).toHaveLength(4);
  for (const value of [...values, 'sh0rt-secret', 'sup3r-secret'])
    for (const form of [value, Buffer.from(value).toString('base64'), encodeURIComponent(value)])
      expect(printed.includes(form)).toBe(false);
  expect(printed).toContain('it says *** and ***');
  expect(printed).toContain('checksum/secret');
});

function plan(environment: Record<string, string> = {}) {
  const preset = presets[0]!;
  const named = withSecretName(preset, VALUES);
  const release = { name: RELEASE, namespace: space.name };
  return planCredentials({
    ...{ cluster, environment, redactor, overrides: VALUES },
    directory: directory.path,
    release: release.name,
    namespace: release.namespace,
    values: todoValues(preset, named),
    objects: manifests(programs[0]!, { values: named, release }) as Manifest[],
  });
}

async function data(): Promise<Record<string, string>> {
  const secret = JSON.parse(await space.kubectl(['get', 'secret', SECRET, '--output=json']));
  const entries = Object.entries(secret.data as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
}

async function replicaSets(): Promise<string[]> {
  // Asked only when the controller has seen the Deployments.
  for (const name of ['todo-backend', 'todo-frontend'])
    await space.kubectl(['rollout', 'status', `deployment/${name}`, '--timeout=180s']);
  return (await space.kubectl(['get', 'replicasets', '--output=name']))
    .trim()
    .split('\n')
    .map((name) => name.split('/')[1]!);
}

/** What Helm keeps of a release. */
async function releaseRecords(): Promise<string[]> {
  const selector = '--selector=owner=helm';
  const { items } = JSON.parse(await space.kubectl(['get', 'secrets', selector, '--output=json']));
  return items.map(({ data }: { data: { release: string } }) =>
    gunzipSync(Buffer.from(Buffer.from(data.release, 'base64').toString(), 'base64')).toString(),
  );
}

function install(values: JsonObject): Promise<HelmResult> {
  return helm(['install'], values);
}

function upgrade(values: JsonObject): Promise<HelmResult> {
  return helm(['upgrade'], values);
}

async function helm(command: readonly string[], values: JsonObject): Promise<HelmResult> {
  const { path } = (await helmBinaries())[0] as Helm;
  const args = [
    ...command,
    RELEASE,
    CHART,
    '--namespace',
    space.name,
    '--kube-context',
    cluster.context,
    '--values',
    '-',
  ];
  const result = await runHelm(path, args, { input: JSON.stringify(values), inCluster: true });
  expect(result).toMatchObject({ exitCode: 0 });
  return result;
}
