import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Cluster } from '../../scripts/cluster.ts';
import { Lease, lastGoodRevision } from '../../scripts/lease.ts';
import { eventually, TestNamespace } from '../support/cluster.ts';

const SECONDS = 2;

describe('the Lease of a release', () => {
  let space: TestNamespace;
  let cluster: Cluster;

  beforeAll(async () => {
    space = await TestNamespace.open('lease');
    cluster = await Cluster.connect();
  });
  afterAll(() => space?.close());

  test('keeps a second command out as long as the first one lives, and says who that is', async () => {
    const first = await acquire('busy');
    const waits: string[] = [];

    const second = acquire('busy', (line) => waits.push(line));

    await expect(second).rejects.toThrow(
      /^release 'busy' is being changed by another command: apply of .+ on .+, since \d\d:\d\d:\d\d UTC; wait until it has ended$/,
    );
    expect(waits).toEqual([expect.stringMatching(/^waiting to see whether this still runs: apply of /)]);
    await first.release();
  });

  test('goes to the next one at once when it is given up', async () => {
    const waits: string[] = [];
    await (await acquire('free')).release();

    await (await acquire('free', (line) => waits.push(line))).release();

    expect(waits).toEqual([]);
  });

  test('goes to the next one when its holder was killed', async () => {
    await killed('dead');

    const next = await acquire('dead');

    expect(next.lost.aborted).toBe(false);
    await next.release();
  });

  test('tells a holder that was silent for too long that it has lost', async () => {
    const silent = await acquire('lost');
    const { metadata, spec } = await cluster.get<LeaseObject>(path('lost'));
    await cluster.put(path('lost'), {
      apiVersion: API,
      kind: 'Lease',
      metadata,
      spec: { ...spec, holderIdentity: 'x' },
    });

    await eventually(async () => expect(silent.lost.aborted).toBe(true));

    expect(silent.lost.reason).toMatchObject({
      message: 'another command has taken this release over, because this one was silent',
    });
    await silent.release();
    expect((await cluster.get<LeaseObject>(path('lost'))).spec.holderIdentity).toBe('x');
  });

  test('remembers the last good revision from one holder to the next', async () => {
    const lease = await acquire('good');
    await lease.rememberGood(4);
    await lease.release();

    await (await acquire('good')).release();

    expect(await lastGoodRevision(cluster, space.name, 'good')).toBe(4);
    expect(await lastGoodRevision(cluster, space.name, 'never')).toBeUndefined();
  });

  function acquire(release: string, onWait: (line: string) => void = () => undefined): Promise<Lease> {
    return Lease.acquire(cluster, { namespace: space.name, release, command: 'apply', seconds: SECONDS, onWait });
  }

  /** As a process leaves it that is ended in between. */
  async function killed(release: string): Promise<void> {
    const time = new Date().toISOString().replace('Z', '000Z');
    const spec = { holderIdentity: 'killed', leaseDurationSeconds: SECONDS, acquireTime: time, renewTime: time };
    const metadata = { name: `todo-infra-${release}` };
    await cluster.post(path('').replace(/\/[^/]*$/, ''), { apiVersion: API, kind: 'Lease', metadata, spec });
  }

  function path(release: string): string {
    return `/apis/${API}/namespaces/${space.name}/leases/todo-infra-${release}`;
  }
});

const API = 'coordination.k8s.io/v1';

interface LeaseObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly holderIdentity: string };
}
