import { fullReference } from '../minikube.ts';
import type { ContainerFacts, Facts } from './facts.ts';
import { setFix, workloadArgument } from './fixes.ts';
import { type Former, formerOf } from './former.ts';
import { registryOf } from './pull-answers.ts';

/** Brings an image of the local engine into the nodes; one that is not there has to be built before. */
export function loadCommands(image: string, { snapshot }: Facts): string[] {
  const built = snapshot.engine?.find(({ reference }) => fullReference(reference) === fullReference(image));
  if (built?.ids.length === 0) return ['npm run apply, which builds an image and loads it'];
  const provider = snapshot.nodes?.[0]?.spec?.providerID ?? '';
  return [provider.startsWith('kind://') ? `kind load docker-image ${image}` : `minikube image load ${image}`];
}

export function pullPolicyFix(container: ContainerFacts, policy: string, facts: Facts): string {
  const patch = `[{"op":"replace","path":"/spec/template/spec/containers/${indexOf(container)}/imagePullPolicy","value":"${policy}"}]`;
  const kubectl = `patch ${workloadArgument(container)} --type json --patch '${patch}'`;
  return setFix(facts, container, { 'image.pullPolicy': policy }, kubectl);
}

/** Another image: the one that worked, where that is known. */
export function imageFix(container: ContainerFacts, facts: Facts): string {
  const [former] = formerImage(container, facts);
  if (former !== undefined) return former;
  const kubectl = `set image ${workloadArgument(container)} ${container.name}=IMAGE:TAG`;
  return setFix(facts, container, { 'image.repository': 'IMAGE', 'image.tag': 'TAG' }, kubectl);
}

/** Back to what worked, where that was another image: it is certain to be there. */
export function formerImage(container: ContainerFacts, facts: Facts): string[] {
  const former = formerOf(container, facts);
  return former === undefined || former.image === container.spec.image ? [] : [formerFix(container, former, facts)];
}

/** Any of them will do. */
export function alternatives(fixes: readonly string[]): string[] {
  return fixes.map((fix, i) => (i === 0 ? fix : `or ${fix}`));
}

function formerFix(container: ContainerFacts, { image, told }: Former, facts: Facts): string {
  const kubectl = `set image ${workloadArgument(container)} ${container.name}=${image}`;
  return `go back to the image of ${told}: ${setFix(facts, container, imageValues(image, container.spec.image), kubectl)}`;
}

/** The name of an image without its tag or digest. */
export function withoutTag(image: string): string {
  return image.replace(/[:@][^/]*$/, '');
}

/** Another tag of the same image. */
export function tagFix(container: ContainerFacts, tag: string, facts: Facts): string {
  const { image } = container.spec;
  const wanted = `${withoutTag(image)}:${tag}`;
  const kubectl = `set image ${workloadArgument(container)} ${container.name}=${wanted}`;
  return `run what the node has: ${setFix(facts, container, imageValues(wanted, image), kubectl)}`;
}

/** The values that make one image of another. */
function imageValues(wanted: string, present: string): Record<string, string> {
  const to = partsOf(wanted);
  const from = partsOf(present);
  return {
    ...(to.registry === from.registry ? {} : { 'image.registry': to.registry ?? 'null' }),
    ...(to.repository === from.repository ? {} : { 'image.repository': to.repository }),
    // Without a digest the tag decides.
    ...(to.digest === from.digest ? {} : { 'image.digest': to.digest ?? 'null' }),
    ...(to.digest !== undefined || to.tag === from.tag ? {} : { 'image.tag': to.tag ?? 'latest' }),
  };
}

/** Of an image as a pod names it. */
export function partsOf(image: string) {
  const { registry, named } = registryOf(image);
  const name = named ? image.slice(registry.length + 1) : image;
  const [, repository = name, tag, digest] = /^([^:@]+)(?::([^@]+))?(?:@(.+))?$/.exec(name) ?? [];
  return { registry: named ? registry : undefined, repository, tag, digest };
}

function indexOf({ pod, name }: ContainerFacts): number {
  return Math.max(
    pod.pod.spec.containers.findIndex((spec) => spec.name === name),
    0,
  );
}

/** A login that the nodes can use. */
export function loginFix(container: ContainerFacts, registry: string, facts: Facts): string[] {
  const { imagePullSecrets = [], serviceAccountName = 'default' } = container.pod.pod.spec;
  const login = `docker login ${registry}`;
  const [secret] = imagePullSecrets;
  const name = secret?.name ?? 'registry-login';
  const create = facts.kubectl(
    `create secret generic ${name} --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=$HOME/.docker/config.json`,
  );
  if (secret !== undefined) return [login, facts.kubectl(`delete secret ${name} --ignore-not-found`), create];
  const patch = `patch serviceaccount ${serviceAccountName} --patch '{"imagePullSecrets":[{"name":"${name}"}]}'`;
  const isChart = facts.valuePath(container.name, '') !== undefined;
  return [login, create, isChart ? `apply with --set imagePullSecrets[0].name=${name}` : facts.kubectl(patch)];
}
