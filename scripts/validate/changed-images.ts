import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../../chart/json.ts';
import { loadImage } from '../apply/load-image.ts';
import { NodeImages } from '../apply/node-images.ts';
import { COMPONENTS } from '../build/plan.ts';
import { CommandError } from '../command-error.ts';
import { Docker } from '../docker.ts';
import { fullReference, Minikube } from '../minikube.ts';
import type { GateWork } from './gate.ts';

/**
 * Images that differ from those that run by a label, and so by their id, where the pods find them. They are taken away
 * afterwards, but from a registry.
 *
 * @returns values that name them
 * @throws CommandError where there is no way to bring them to the pods
 */
export async function changedImages({ release, minikube, signal, tell, defer }: GateWork): Promise<JsonObject> {
  const docker = new Docker(signal);
  const mark = randomBytes(4).toString('hex');
  const values: Record<string, JsonObject> = {};
  for (const component of COMPONENTS) {
    const [pod] = await release.pods(component);
    const running = pod?.spec.containers.find(({ name }) => name === component)?.image;
    if (running === undefined) throw new CommandError(`there is no pod of the ${component}`);
    const { registry, repository } = release.values[component].image;
    if (minikube === undefined && registry === null)
      throw new CommandError(
        `the ${component} runs ${running} from no registry of yours, on a cluster that is not Minikube's: there is no way to bring a changed image there; deploy with npm run apply -- --registry HOST`,
      );
    const reference = `${registry === null ? '' : `${registry}/`}${repository}:validate-${mark}`;
    tell(`changing the ${component}'s image`);
    // Before it is made, as Ctrl-C may come in between.
    defer(() => new Docker().untag(reference));
    await docker.relabel(running, reference, { 'todo-infra.validate': mark });
    if (minikube === undefined) {
      values[component] = { image: { digest: await docker.push(reference) } };
      continue;
    }
    const nodes = new NodeImages(
      minikube,
      (await release.cluster.list('/api/v1/nodes')).map(({ metadata }) => metadata.name),
    );
    const image = await docker.tryFindImage(reference);
    defer(() => removeFrom(new Minikube(minikube.profile), reference));
    await loadImage(nodes, docker, { reference, id: image!.id }, tell);
    const pullPolicy = release.values[component].image.pullPolicy === 'Never' ? 'Never' : 'IfNotPresent';
    values[component] = { image: { tag: `validate-${mark}`, digest: null, pullPolicy } };
  }
  return values;
}

async function removeFrom(minikube: Minikube, reference: string): Promise<void> {
  await minikube.removeImage(reference);
  const isThere = (await minikube.images()).some(({ tags }) => tags.includes(fullReference(reference)));
  if (isThere)
    throw new CommandError(
      `image ${reference} is still on the nodes; remove it with: minikube --profile ${minikube.profile} image rm ${reference}`,
    );
}
