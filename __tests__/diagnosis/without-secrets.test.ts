import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import { loadSnapshot, saveSnapshot } from '../../scripts/diagnosis/saved-snapshot.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';
import { withoutSecrets } from '../../scripts/diagnosis/without-secrets.ts';
import { Redactor } from '../../scripts/redactor.ts';
import { withEvents, withPods, withStatuses } from '../support/changed-snapshot.ts';
import { recorded } from '../support/recorded.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

const PASSWORD = 'correct-horse-battery-9';
/** In no Secret, so that nobody knows it as one. */
const OTHER = 'staple-of-the-horse-7';
const same = (text: string) => text;

describe('a snapshot that is kept holds no secret', () => {
  test.each<[string, (snapshot: Snapshot, secret: string) => Snapshot]>([
    ['variables', (s, secret) => withContainer(s, { env: [{ name: 'A', value: secret }] })],
    ['arguments', (s, secret) => withContainer(s, { args: ['--password', `--token=${secret}`] })],
    ['commands', (s, secret) => withContainer(s, { command: ['sh', '-c', `PGPASSWORD=${secret} psql`] })],
    [
      'probes',
      (s, secret) => withContainer(s, { readinessProbe: { exec: { command: ['check', `SECRET_KEY=${secret}`] } } }),
    ],
    [
      'annotations',
      (s, secret) =>
        withPods(s, (pod) => ({
          ...pod,
          metadata: { ...pod.metadata, annotations: { 'a/last': `{"x":"${secret}"}` } },
        })),
    ],
    [
      'managed fields',
      (s, secret) => withPods(s, (pod) => ({ ...pod, metadata: { ...pod.metadata, managedFields: [{ x: secret }] } })),
    ],
    ['URLs in logs', (s, secret) => ({ ...s, logs: { 'a/b': { current: [`at postgres://u:${secret}@db:5432/x`] } } })],
    ['earlier logs', (s, secret) => ({ ...s, logs: { 'a/b': { previous: [`{"password": "${secret}"}`] } } })],
    ['headers in logs', (s, secret) => ({ ...s, logs: { 'a/b': { current: [`authorization: Bearer ${secret}`] } } })],
    ['events', (s, secret) => withEvents(s, (event) => ({ ...event, message: `api_key=${secret} ${event.message}` }))],
    [
      'last words',
      (s, secret) =>
        withStatuses(s, () => ({ state: { waiting: { reason: 'X', message: `token=${secret}` } }, lastState: {} })),
    ],
  ])('in %s, whether or not it is one that is known', async (_, plant) => {
    const snapshot = await recorded('crash');
    const known = new Redactor([PASSWORD]);

    expect(JSON.stringify(plant(snapshot, OTHER))).toContain(OTHER);
    expect(JSON.stringify(withoutSecrets(plant(snapshot, OTHER), same))).not.toContain(OTHER);
    expect(JSON.stringify(withoutSecrets(plant(snapshot, PASSWORD), known.redact))).not.toContain(PASSWORD);
  });

  test('in logs in any form, where it is known', async () => {
    const snapshot = { ...(await recorded('crash')), logs: { 'a/b': { current: [`it is ${PASSWORD}, really`] } } };

    expect(withoutSecrets(snapshot, new Redactor([PASSWORD]).redact).logs).toEqual({
      'a/b': { current: ['it is ***, really'] },
    });
  });

  test.each(['missing-volume-secret', 'missing-key', 'stateful-set-stuck', 'database-password', 'registry-refuses'])(
    'and is diagnosed as before: %s',
    async (name) => {
      const snapshot = await recorded(name, 15);

      expect(diagnose(withoutSecrets(snapshot, same))).toEqual(diagnose(snapshot));
    },
  );
});

describe('a saved snapshot', () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = await TemporaryDirectory.create();
  });
  afterEach(() => directory.remove());

  test('is read as it was written', async () => {
    const snapshot = await recorded('crash');
    const file = `${directory.path}/a.json`;

    await saveSnapshot(file, snapshot);

    expect(diagnose(await loadSnapshot(file))).toEqual(diagnose(snapshot));
  });

  test.each([
    ['no JSON', 'kind: List', /^unable to read .*: it is no JSON$/],
    ['nothing', 'null', /is no snapshot; expected a file that 'npm run diagnose -- --save' has written$/],
    ['something else', '{"kind":"List","items":[]}', /is no snapshot/],
    ['half of one', '{"schema":"todo-infra/snapshot/v1","namespace":"x","logs":{}}', /is no snapshot/],
  ])('is refused where it is %s', async (_, text, message) => {
    await expect(loadSnapshot(await directory.write('a.json', text))).rejects.toThrow(message);
  });

  test('that is not there is one line', async () => {
    await expect(loadSnapshot(`${directory.path}/none.json`)).rejects.toThrow(/^unable to read .*: ENOENT/);
    await expect(saveSnapshot(`${directory.path}/no/where.json`, await recorded('crash'))).rejects.toThrow(
      /^unable to write .*: ENOENT/,
    );
  });
});

function withContainer(snapshot: Snapshot, fields: object): Snapshot {
  return withPods(snapshot, (pod) => ({
    ...pod,
    spec: { ...pod.spec, containers: pod.spec.containers.map((each) => ({ ...each, ...fields })) },
  }));
}
