import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Cluster } from '../../scripts/cluster.ts';
import { Lease } from '../../scripts/lease.ts';
import { ApiServer, json } from '../support/api-server.ts';
import { eventually } from '../support/cluster.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

/** Milliseconds: far longer than a test may take. */
const LONG = 3_600_000;
const before = process.env.KUBECONFIG;
let directory: TemporaryDirectory;
let server: ApiServer;
/** What the server has. */
let lease: StoredLease | undefined;
/** Called with what was written, before that is answered; whether the answer comes at all. */
let answers: (method: string, written: StoredLease) => boolean;

beforeEach(async () => {
  directory = await TemporaryDirectory.create();
  lease = undefined;
  answers = () => true;
  server = await ApiServer.start(directory.path, serve);
  process.env.KUBECONFIG = server.kubeconfig;
});
afterEach(async () => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
  await server.close();
  await directory.remove();
});

describe('a Lease is given up', () => {
  test('also where Ctrl-C comes before it is known to be there', async () => {
    const controller = new AbortController();
    answers = (method) => {
      if (method === 'POST') controller.abort(new Error('told to end'));
      return method !== 'POST';
    };

    await expect(acquire(controller.signal)).rejects.toThrow('told to end');

    expect(lease?.spec.holderIdentity).toBe('');
  });

  test('also where a renewal has come through that was not answered', async () => {
    const held = await acquire(new AbortController().signal);
    answers = (method, { spec }) => method !== 'PUT' || spec.holderIdentity === '';
    const { version } = lease!;
    await eventually(async () => expect(lease!.version).not.toBe(version));

    await held.release();

    expect(lease?.spec.holderIdentity).toBe('');
  });

  test('but not where somebody else has it by now', async () => {
    const held = await acquire(new AbortController().signal);
    lease = { ...lease!, spec: { ...lease!.spec, holderIdentity: 'somebody else' } };

    await held.release();

    expect(lease.spec.holderIdentity).toBe('somebody else');
  });
});

async function acquire(signal: AbortSignal): Promise<Lease> {
  const cluster = await Cluster.connect({ signal, timeout: LONG });
  return Lease.acquire(cluster, { namespace: 'team', release: 'shop', command: 'apply', seconds: 0.3, signal });
}

/** As an API server: nothing is written over what has another version. */
function serve({ method = '' }: IncomingMessage, response: ServerResponse, body: string): void {
  if (method === 'GET') {
    if (lease === undefined) json(response, { reason: 'NotFound' }, 404);
    else json(response, lease);
    return;
  }
  const written = JSON.parse(body) as StoredLease;
  const version = lease?.version ?? 0;
  if (method === 'PUT' && written.version !== version) {
    json(response, { reason: 'Conflict' }, 409);
    return;
  }
  lease = { ...written, version: version + 1 };
  if (answers(method, lease)) json(response, lease);
}

interface StoredLease {
  /** In the place of `metadata.resourceVersion`. */
  readonly version: number;
  readonly spec: { readonly holderIdentity: string };
}
