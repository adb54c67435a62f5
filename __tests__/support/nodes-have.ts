import { loadImage } from '../../scripts/apply/load-image.ts';
import { NodeImages } from '../../scripts/apply/node-images.ts';
import { Docker } from '../../scripts/docker.ts';
import { Minikube } from '../../scripts/minikube.ts';
import { testCluster } from './cluster.ts';

/**
 * Sees to it that the nodes have an image of the Docker engine. One that is there is left alone: `minikube image load`
 * alone would take it away for seconds, in which other tests may start pods of it.
 */
export async function nodesHave(...references: readonly string[]): Promise<void> {
  const docker = new Docker();
  const { context } = await testCluster();
  const nodes = new NodeImages(new Minikube(context), [context]);
  for (const reference of references) {
    const image = await docker.tryFindImage(reference);
    if (image === undefined) throw new Error(`the Docker engine has no image ${reference}`);
    await loadImage(nodes, docker, { reference, id: image.id }, () => undefined);
  }
}
