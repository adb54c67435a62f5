import { BACKEND, FRONTEND } from '../../constructs/labels.ts';
import { healthPath } from '../apply/access.ts';
import type { GateWork } from './gate.ts';
import type { LiveRelease } from './live-release.ts';
import { type Load, type LoadStream, startLoad } from './load/load.ts';
import type { LoadReport } from './load/load-report.ts';

/** Seconds. */
const LATEST = 2;

/** What is asked: the page, the backend through it, and the backend by itself. */
export function streamsOf({ values }: LiveRelease, rate: number): LoadStream[] {
  const frontend = `http://${FRONTEND.name}:${values.frontend.service.port}`;
  const targets = [
    { target: 'frontend', url: `${frontend}/` },
    { target: 'frontend /api', url: `${frontend}${healthPath(values)}` },
    {
      target: 'backend',
      url: `http://${BACKEND.name}:${values.backend.service.port}${values.backend.readinessProbe.path}`,
    },
  ];
  return targets.flatMap((target) =>
    (['new', 'kept'] as const).map((connections) => ({ ...target, connections, rate })),
  );
}

/**
 * Requests from inside the cluster, so that nothing is measured but the release. They end with the gate; where that breaks
 * off, what was seen until then is kept.
 */
export async function loadOn(
  { release, record, signal, defer }: Pick<GateWork, 'release' | 'record' | 'signal' | 'defer'>,
  { name, streams }: { readonly name: string; readonly streams: readonly LoadStream[] },
): Promise<Load> {
  const [pod] = await release.pods(FRONTEND.component);
  const image = pod?.spec.containers.find((container) => container.name === FRONTEND.component)?.image;
  const load = await startLoad(release.cluster, {
    name,
    namespace: release.namespace,
    image: image ?? '',
    imagePullSecrets: (pod?.spec.imagePullSecrets ?? []).map((each) => each.name),
    streams,
    signal,
  });
  defer(async () => {
    if (!load.isStopped && !signal.aborted) record.load(await load.stop());
    await load.close();
  });
  return load;
}

/** What was seen proves nothing where the requests came much later than they were due. */
export function keepLoad(record: GateWork['record'], report: LoadReport): void {
  record.load(report);
  const latest = Math.max(...report.streams.map(({ latestSend }) => latestSend));
  record.figure({ name: `${report.name}: requests sent late`, value: latest / 1000, unit: 's', limit: LATEST });
  const retried = report.streams.reduce((sum, stream) => sum + stream.retried, 0);
  record.figure({ name: `${report.name}: requests sent again`, value: retried, unit: 'requests' });
}
