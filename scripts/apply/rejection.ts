import type { JsonObject } from '../../chart/json.ts';
import type { Cluster, KubernetesObject } from '../cluster.ts';
import { ApiError } from '../cluster-failure.ts';
import type { Effect } from './effect.ts';
import { objectName } from './rendered-objects.ts';

/** An object that the API server does not take. */
export interface Rejection {
  /** As `Service todo-backend`. */
  readonly object: string;
  /** Why, and what to do. */
  readonly message: string;
  /** REPLACE where it could be deleted and made anew. */
  readonly effect: Extract<Effect, 'REPLACE' | 'NO_CHANGE'>;
}

/** Says in one line why the API server has refused a dry run. @throws what is no refusal of this object */
export async function rejectionOf(
  object: KubernetesObject,
  error: unknown,
  cluster: Pick<Cluster, 'list'>,
  namespace: string,
): Promise<Rejection> {
  if (!(error instanceof ApiError) || error.status === 401 || error.status >= 500) throw error;
  const name = objectName(object);
  const rejected = (message: string, effect: Rejection['effect'] = 'NO_CHANGE') => ({ object: name, message, effect });
  const immutable = error.causes.find(({ message }) => /is immutable|are forbidden|may not change/.test(message ?? ''));
  if (error.reason === 'Invalid' && immutable !== undefined)
    return rejected(`${immutable.field} cannot be changed; ${deletion(object, namespace)}`, 'REPLACE');
  const [, port] = /Invalid value: (\d+): provided port is already allocated/.exec(error.message) ?? [];
  if (port !== undefined) return rejected(await portTaken(Number(port), cluster, object, namespace));
  const [, quota, numbers] = /exceeded quota: ([^,]+), (.*)/.exec(error.message) ?? [];
  if (quota !== undefined) return rejected(`quota ${quota} is used up: ${numbers}`);
  if (/being terminated/.test(error.message))
    return rejected(`namespace ${namespace} is being deleted; wait until it is gone`);
  if (error.status === 404 && error.message.includes('no kind'))
    return rejected(
      `the cluster does not know ${object.kind} of ${object.apiVersion}; install its CRDs, or switch it off`,
    );
  const [, user, verb, resource] = /User "([^"]+)" cannot (\w+) resource "([^"]+)"/.exec(error.message) ?? [];
  if (user !== undefined) return rejected(`user ${user} may not ${verb} ${resource} in namespace ${namespace}`);
  return rejected(plain(error, object));
}

/** What is not deleted with an object that is made anew, because its pods go on. */
function deletion({ kind, metadata }: KubernetesObject, namespace: string): string {
  const orphan = /^(Deployment|StatefulSet|DaemonSet)$/.test(kind) ? ' --cascade=orphan' : '';
  return `delete it first: kubectl delete ${kind.toLowerCase()} ${metadata.name} --namespace ${namespace}${orphan}`;
}

async function portTaken(
  port: number,
  cluster: Pick<Cluster, 'list'>,
  object: KubernetesObject,
  namespace: string,
): Promise<string> {
  // Whoever may not see other namespaces is told less.
  const services = await cluster.list('/api/v1/services').catch(() => []);
  const owner = services.find(
    (service) =>
      !(service.metadata.name === object.metadata.name && service.metadata.namespace === namespace) &&
      nodePorts(service).includes(port),
  );
  const by =
    owner === undefined ? 'another Service' : `Service ${owner.metadata.name} in namespace ${owner.metadata.namespace}`;
  return `node port ${port} is taken by ${by}; set another nodePort, or null for a free one`;
}

function nodePorts({ spec }: KubernetesObject): number[] {
  const { ports = [] } = spec as { ports?: readonly JsonObject[] };
  return ports.map(({ nodePort }) => nodePort as number);
}

/** The server's words without the object's name, which is told before. */
function plain({ message }: ApiError, { metadata }: KubernetesObject): string {
  return message
    .replace(/^\S+ "[^"]*" is (invalid|forbidden): /, '')
    .replace(`(${metadata.namespace ?? ''}/${metadata.name}; `, '(')
    .replaceAll(/\s+/g, ' ');
}
