import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Json } from '../../chart/json.ts';
import { yamlDocuments } from '../../chart/yaml-writer.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import { CommandError } from '../command-error.ts';
import { keysOf, tryList } from '../diagnosis/collect.ts';
import { timeOf } from '../diagnosis/facts.ts';
import type { Event, Pod } from '../diagnosis/objects.ts';
import { releaseSelector } from '../release-labels.ts';
import { describePod, eventLine } from './describe-pod.ts';

export interface EvidenceOptions {
  readonly namespace: string;
  readonly release: string;
  /** A label selector, for objects without the release's label. @default - the release's label */
  readonly selector?: string | undefined;
  /** Takes secrets out of all texts. @default - they are saved as they are */
  readonly redact?: ((text: string) => string) | undefined;
  /** More files, by name: Helm's history, the rendered manifest, findings. @default - none */
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

/** Lines of each log. */
const LINES = 2000;
/** Of each kind, all that the release has. Secrets are not among them. */
const KINDS: readonly (readonly [root: string, resource: string])[] = [
  ['/apis/apps/v1', 'deployments'],
  ['/apis/apps/v1', 'replicasets'],
  ['/apis/apps/v1', 'statefulsets'],
  ['/apis/batch/v1', 'jobs'],
  ['/api/v1', 'pods'],
  ['/api/v1', 'services'],
  ['/api/v1', 'configmaps'],
  ['/api/v1', 'persistentvolumeclaims'],
  ['/api/v1', 'serviceaccounts'],
  ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
  ['/apis/policy/v1', 'poddisruptionbudgets'],
  ['/apis/networking.k8s.io/v1', 'networkpolicies'],
  ['/apis/networking.k8s.io/v1', 'ingresses'],
];
/** Of the namespace: what decides about pods, and is nobody's. */
const OF_NAMESPACE: typeof KINDS = [
  ['/api/v1', 'resourcequotas'],
  ['/api/v1', 'limitranges'],
];

/**
 * Saves what a release and its pods are and were like: objects, events, descriptions and logs, and names of Secrets
 * with their keys. The directory is there as a whole or not at all; only its owner may read it.
 *
 * @returns the names of the files
 * @throws CommandError where the directory is there already or cannot be written; ClusterUnreachable
 */
export async function saveEvidence(
  cluster: Cluster,
  options: EvidenceOptions,
  directory: string,
): Promise<readonly string[]> {
  const { redact = (text) => text, texts = {} } = options;
  const files = new Map(Object.entries(texts));
  await collect(cluster, options, files);
  try {
    await mkdir(dirname(directory), { recursive: true });
    const draft = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
    try {
      for (const [name, text] of files) {
        const path = join(draft, name);
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await writeFile(path, redact(text), { mode: 0o600 });
      }
      await rename(draft, directory);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      throw error;
    }
  } catch (cause) {
    throw new CommandError(`unable to save the evidence in '${directory}': ${(cause as Error).message}`, { cause });
  }
  return [...files.keys()].sort();
}

async function collect(cluster: Cluster, options: EvidenceOptions, files: Map<string, string>): Promise<void> {
  const { namespace, release, selector = releaseSelector(release) } = options;
  const list = async <T = KubernetesObject>([root, resource]: (typeof KINDS)[number], labelSelector?: string) => {
    const objects = await tryList<T>(cluster, `${root}/namespaces/${namespace}/${resource}`, { labelSelector });
    if (objects === undefined) files.set(`objects/${resource}.yaml`, '# They may not be read.\n');
    return objects ?? [];
  };
  const pods = list<Pod>(['/api/v1', 'pods'], selector);
  await Promise.all([
    ...KINDS.map(async (kind) => saveObjects(kind[1], await list(kind, selector), files)),
    ...OF_NAMESPACE.map(async (kind) => saveObjects(kind[1], await list(kind), files)),
    list(['/api/v1', 'secrets']).then((secrets) => {
      const lines = secrets.map(keysOf).map(({ name, keys }) => `${name}: ${[...keys].sort().join(', ')}\n`);
      files.set('secrets.txt', `# Names and keys alone.\n${lines.join('')}`);
    }),
    list<Event>(['/api/v1', 'events']).then(async (all) => {
      const events = all.sort((a, b) => timeOf(a) - timeOf(b));
      files.set('events.txt', events.map((event) => `${eventLine(event)}\n`).join(''));
      for (const pod of await pods) {
        const own = events.filter(({ involvedObject }) => involvedObject.uid === pod.metadata.uid);
        files.set(`pods/${pod.metadata.name}/description.txt`, describePod(pod, own));
      }
    }),
    pods.then((all) => Promise.all(all.map((pod) => saveLogs(cluster, namespace, pod, files)))),
  ]);
}

function saveObjects(resource: string, objects: readonly KubernetesObject[], files: Map<string, string>): void {
  if (objects.length === 0) return;
  const plain = objects.map(({ metadata: { managedFields: _, ...metadata }, ...object }) => ({ ...object, metadata }));
  files.set(`objects/${resource}.yaml`, yamlDocuments(plain as unknown as Json[]));
}

async function saveLogs(cluster: Cluster, namespace: string, pod: Pod, files: Map<string, string>): Promise<void> {
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  const path = `/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}/log`;
  await Promise.all(
    [...initContainerStatuses, ...containerStatuses].flatMap(({ name, restartCount }) =>
      [false, ...(restartCount > 0 ? [true] : [])].map(async (previous) => {
        const query = { container: name, tailLines: LINES, ...(previous ? { previous } : {}) };
        const log = await cluster.text(path, query).catch((error: unknown) => {
          // What has never run has no log, and says so.
          if (error instanceof ApiError) return `# ${error.message}\n`;
          throw error;
        });
        files.set(`pods/${pod.metadata.name}/${name}${previous ? '.previous' : ''}.log`, log);
      }),
    ),
  );
}
