import { fullReference } from '../minikube.ts';
import type { ContainerFacts, Facts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { seenAt, workloadArgument } from './fixes.ts';
import { loadCommands } from './image-fixes.ts';
import type { EngineImage } from './snapshot.ts';

/** Pods that run, but not what their image's name stands for now. */
export function imageCopies(facts: Facts): Candidate[] {
  return facts.pods.flatMap(({ containers }) =>
    containers.flatMap((container) => staleImage(container, facts) ?? oldImage(container, facts) ?? []),
  );
}

/** What the Docker engine has under the name of an image; undefined where nobody has asked. */
export function engineImage(image: string, { snapshot }: Facts): EngineImage | undefined {
  return snapshot.engine?.find(({ reference }) => fullReference(reference) === fullReference(image));
}

/** What an image was built for and what the node is, where both are known and differ: `linux/amd64` and `linux/arm64`. */
export function platforms(container: ContainerFacts, facts: Facts): { image: string; node: string } | undefined {
  const { nodeName } = container.pod.pod.spec;
  const node = facts.snapshot.nodes?.find(({ metadata }) => metadata.name === nodeName);
  const architecture = node?.status.nodeInfo?.architecture;
  const platform = engineImage(container.spec.image, facts)?.platform;
  if (platform === undefined || architecture === undefined || platform.split('/')[1] === architecture) return undefined;
  return { image: platform, node: `linux/${architecture}` };
}

/** The engine has built it anew under the same name, and the node has the one before. */
function staleImage(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const { image } = container.spec;
  const built = engineImage(image, facts)?.ids ?? [];
  const loaded = idOnNode(container, facts);
  if (!isStarted(container) || loaded === undefined || built.length === 0 || built.includes(loaded)) return undefined;
  const node = container.pod.pod.spec.nodeName;
  return {
    ...seenAt(container),
    blocking: false,
    code: 'StaleImage',
    severity: 'fatal',
    cause: `image ${image} on node ${node} is not the one that the Docker engine has under that name: it was built anew, and not loaded`,
    evidence: [`node ${node} has ${short(loaded)}, the Docker engine has ${short(built[0]!)}`],
    fix: [
      'npm run apply, which gives each build a tag of its own',
      `or ${loadCommands(image, facts)[0]}, and then: ${facts.kubectl(`rollout restart ${workloadArgument(container)}`)}`,
    ],
    check: `docker image inspect ${image} --format '{{.Id}}'`,
    confidence: 'certain',
  };
}

/** The name has been given to another image on the node after the container was started. */
function oldImage(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const { image } = container.spec;
  const [, running] = /^(?:docker:\/\/)?sha256:([0-9a-f]{64})$/.exec(container.status.imageID ?? '') ?? [];
  const loaded = idOnNode(container, facts);
  if (!isStarted(container) || running === undefined || loaded === undefined || running === loaded) return undefined;
  const node = container.pod.pod.spec.nodeName;
  return {
    ...seenAt(container),
    blocking: false,
    code: 'OldImage',
    severity: 'fatal',
    cause: `container ${container.name} runs the image that was called ${image} before; node ${node} has another one under that name now`,
    evidence: [`the container runs ${short(running)}, node ${node} has ${short(loaded)}`],
    fix: [facts.kubectl(`rollout restart ${workloadArgument(container)}`)],
    check: facts.kubectl(
      `get pods --output custom-columns=POD:.metadata.name,IMAGE:.status.containerStatuses[*].imageID`,
    ),
    confidence: 'certain',
  };
}

function idOnNode({ pod, spec }: ContainerFacts, { snapshot }: Facts): string | undefined {
  const node = snapshot.images?.find((each) => each.node === pod.pod.spec.nodeName);
  return node?.ids?.[fullReference(spec.image)];
}

function isStarted({ status }: ContainerFacts): boolean {
  return status.state.running !== undefined;
}

function short(id: string): string {
  return `sha256:${id.slice(0, 12)}`;
}
