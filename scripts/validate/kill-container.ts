import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from '../cluster.ts';
import { CommandError } from '../command-error.ts';
import type { Pod } from '../diagnosis/objects.ts';
import { LOAD_LABELS } from './load/load-objects.ts';

/** Inside a container its first process ignores SIGKILL from its own; so it comes from the node. */
const KILLER = `
import { readdirSync, readFileSync } from 'node:fs';
const id = process.env.CONTAINER;
const own = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).filter((pid) => {
  try {
    return readFileSync('/proc/' + pid + '/cgroup', 'utf8').includes(id);
  } catch {
    return false;
  }
});
if (own.length === 0) { console.log('no process of it is on this node'); process.exit(1); }
for (const pid of own) try { process.kill(Number(pid), 'SIGKILL'); } catch {}
console.log('killed ' + own.length);
`;
const WITHIN = 60;

export interface KillerOptions {
  readonly context: string;
  /** With Node.js, and on the nodes already. */
  readonly image: string;
  readonly signal: AbortSignal;
}

/** Ends containers as a crash or the kernel would: at once, and without being asked. */
export class Killer {
  private constructor(
    private readonly cluster: Cluster,
    private readonly namespace: string,
    private readonly options: KillerOptions,
  ) {}

  /** Makes a namespace where a pod may see the processes of its node. It goes with `close`. */
  static async open(options: KillerOptions): Promise<Killer> {
    const cluster = await Cluster.connect({ context: options.context });
    const name = `todo-kill-${randomBytes(4).toString('hex')}`;
    const labels = { ...LOAD_LABELS, 'pod-security.kubernetes.io/enforce': 'privileged' };
    await cluster.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
    return new Killer(cluster, name, options);
  }

  /** Sends SIGKILL to every process of a pod's container. @throws CommandError where that cannot be done */
  async kill({ metadata, spec, status }: Pod, container: string): Promise<void> {
    const { containerID = '' } = status.containerStatuses?.find(({ name }) => name === container) ?? {};
    const id = containerID.replace(/^.*:\/\//, '');
    if (id === '') throw new CommandError(`container ${container} of pod ${metadata.name} does not run`);
    const name = `kill-${randomBytes(4).toString('hex')}`;
    const path = `/api/v1/namespaces/${this.namespace}/pods`;
    await this.cluster.post(path, pod(name, spec.nodeName ?? '', id, this.options.image));
    for (const end = Date.now() + WITHIN * 1000; ; ) {
      const { status: now } = await this.cluster.get<Pod>(`${path}/${name}`);
      if (now.phase === 'Succeeded') return;
      const { reason = '', message = '' } = now.containerStatuses?.[0]?.state.waiting ?? {};
      if (now.phase === 'Failed' || Date.now() > end)
        throw new CommandError(
          `unable to kill container ${container} of pod ${metadata.name} from its node: ${reason || now.phase} ${message}`.trimEnd(),
        );
      await sleep(100, undefined, { signal: this.options.signal });
    }
  }

  async close(): Promise<void> {
    await this.cluster.delete(`/api/v1/namespaces/${this.namespace}`);
  }
}

function pod(name: string, nodeName: string, id: string, image: string) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: LOAD_LABELS },
    spec: {
      nodeName,
      hostPID: true,
      restartPolicy: 'Never',
      activeDeadlineSeconds: WITHIN,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'kill',
          image,
          imagePullPolicy: 'IfNotPresent',
          command: ['node'],
          args: ['--input-type=module', '--eval', KILLER],
          env: [{ name: 'CONTAINER', value: id }],
          securityContext: {
            runAsUser: 0,
            runAsNonRoot: false,
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'], add: ['KILL'] },
          },
        },
      ],
    },
  };
}
