import { ApiError } from '../cluster-failure.ts';
import type { Container, Pod, Probe } from '../diagnosis/objects.ts';
import { runProcess } from '../process.ts';
import type { GateRecord } from './gate-record.ts';
import type { LiveRelease } from './live-release.ts';

const KINDS = ['startupProbe', 'livenessProbe', 'readinessProbe'] as const;

/**
 * Asks what the kubelet asks: HTTP through the API server, commands inside of the containers.
 *
 * @returns how many have answered
 */
export async function callProbes(
  release: LiveRelease,
  pods: readonly Pod[],
  record: GateRecord,
  signal: AbortSignal,
): Promise<number> {
  let answered = 0;
  for (const pod of pods) {
    for (const container of pod.spec.containers) {
      for (const kind of KINDS) {
        const probe = container[kind];
        const where = `${kind} of container ${container.name} in pod ${pod.metadata.name}`;
        if (
          !record.require(probe !== undefined || kind === 'startupProbe', `there is no ${where}`) ||
          probe === undefined
        )
          continue;
        const answer = await call(release, pod, container, probe, signal);
        if (record.require(answer.isGood, `${where}: ${answer.text}`)) answered++;
      }
    }
  }
  return answered;
}

interface Answer {
  readonly isGood: boolean;
  readonly text: string;
}

async function call(
  { cluster, namespace }: LiveRelease,
  { metadata }: Pod,
  container: Container,
  { httpGet, exec }: Probe,
  signal: AbortSignal,
): Promise<Answer> {
  if (httpGet !== undefined) {
    const { path = '/', port, scheme = 'HTTP' } = httpGet;
    const number = typeof port === 'number' ? port : container.ports?.find(({ name }) => name === port)?.containerPort;
    const pod = `${scheme === 'HTTPS' ? 'https:' : ''}${metadata.name}:${number}`;
    try {
      await cluster.text(`/api/v1/namespaces/${namespace}/pods/${pod}/proxy${path}`);
      return { isGood: true, text: '' };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { isGood: false, text: `${path} answers ${error.status}: ${error.message}` };
    }
  }
  if (exec?.command === undefined) return { isGood: false, text: 'it is neither a request nor a command' };
  const where = ['--context', cluster.context, '--namespace', namespace];
  const args = [...where, 'exec', metadata.name, '--container', container.name, '--', ...exec.command];
  const { exitCode, stdout, stderr } = await runProcess('kubectl', args, { signal });
  const said = (stderr || stdout).trim().split('\n')[0];
  return { isGood: exitCode === 0, text: `'${exec.command.join(' ')}' ends with ${exitCode}: ${said}` };
}
