import { fullReference } from '../minikube.ts';
import type { ContainerFacts, Facts } from './facts.ts';
import { countOf } from './facts.ts';
import type { Candidate } from './finding.ts';
import { engineImage } from './image-copies.ts';
import {
  alternatives,
  formerImage,
  imageFix,
  loadCommands,
  loginFix,
  pullPolicyFix,
  tagFix,
  withoutTag,
} from './image-fixes.ts';
import { answerOf, type PullAnswer, registryOf } from './pull-answers.ts';
import { eventQuote, shortened } from './quotes.ts';

/** What the runtime may yet get over by itself becomes fatal after so many tries. */
const TRIES = 3;

/** Images that are not there, or cannot be had. */
export function imageProblems(facts: Facts): Candidate[] {
  return facts.pods.flatMap(({ containers }) =>
    containers.flatMap((container) => imageProblem(container, facts) ?? []),
  );
}

function imageProblem(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const { reason, message = '' } = container.status.state.waiting ?? {};
  const { image } = container.spec;
  const node = container.pod.pod.spec.nodeName ?? 'the node';
  const alike = (candidate: Pick<Candidate, 'code' | 'severity' | 'cause' | 'fix'>): Candidate => ({
    ...candidate,
    evidence: evidenceOf(container, message),
    check: facts.kubectl(`get pod ${container.pod.name}`),
    confidence: 'certain',
    workload: container.pod.workload,
    blocking: true,
    pod: container.pod.name,
    container: container.name,
  });
  switch (reason) {
    case 'ErrImageNeverPull':
      if (isOn(node, image, facts)) return alike({ code: reason, ...thereByNow(container, facts) });
      return alike({
        code: reason,
        severity: 'fatal',
        cause: `image ${image} is not on node ${node}, and pull policy Never forbids to pull it${whereElse(image, node, facts)}${engineText(image, facts)}`,
        fix: [
          ...imageFixes(container, facts),
          `or let the node pull it: ${pullPolicyFix(container, 'IfNotPresent', facts)}`,
        ],
      });
    case 'InvalidImageName':
      return alike({
        code: reason,
        severity: 'fatal',
        cause: `'${image}' is no name of an image${/[A-Z]/.test(image.split(':')[0]!) ? ': a repository is written in lower case' : ''}`,
        fix: [imageFix(container, facts)],
      });
    case 'ImageInspectError':
      return alike({
        code: reason,
        severity: failures(container) >= TRIES ? 'fatal' : 'waiting',
        cause: `the runtime of node ${node} cannot read image ${image}: ${shortened(message, 120)}`,
        fix: [...loadCommands(image, facts), facts.kubectl(`describe pod ${container.pod.name}`)],
      });
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'RegistryUnavailable': {
      const backsOff = reason === 'ImagePullBackOff' || container.events.some((event) => event.reason === 'BackOff');
      return alike({
        code: backsOff ? 'ImagePullBackOff' : 'ErrImagePull',
        ...pullProblem(container, pullMessage(container, message), backsOff, facts),
      });
    }
    default:
      return undefined;
  }
}

type Problem = Pick<Candidate, 'severity' | 'cause' | 'fix'>;

/** It was loaded after the kubelet has looked for it. */
function thereByNow({ spec, pod }: ContainerFacts, facts: Facts): Problem {
  return {
    severity: 'waiting',
    cause: `image ${spec.image} was not on node ${pod.pod.spec.nodeName}; it is now, and the kubelet tries again by itself`,
    fix: [facts.kubectl(`describe pod ${pod.name}`)],
  };
}

function pullProblem(container: ContainerFacts, message: string, backsOff: boolean, facts: Facts): Problem {
  const { image, imagePullPolicy } = container.spec;
  const { registry, named } = registryOf(image);
  const node = container.pod.pod.spec.nodeName ?? 'the node';
  const answer = answerOf(message, image, registry);
  const severity = backsOff || answer.final ? 'fatal' : 'waiting';
  const isThere = isOn(node, image, facts);
  const former = formerImage(container, facts);
  if (isThere && imagePullPolicy === 'Always') {
    return {
      severity,
      cause: `image ${image} is on node ${node}, but pull policy Always asks ${registry} for it, and ${answer.text}`,
      fix: [pullPolicyFix(container, 'IfNotPresent', facts)],
    };
  }
  // A registry may refuse this pod what it has given to others; of a name without one, docker.io refuses all.
  if (isThere && !(named && answer.kind === 'refused')) return thereByNow(container, facts);
  if (!named && answer.kind !== 'platform') {
    return {
      severity,
      cause: `image ${image} is not on node ${node}${whereElse(image, node, facts)}; its name has no registry, so ${registry} was asked, and ${answer.text}${engineText(image, facts)}`,
      fix: [...imageFixes(container, facts), ...(former.length === 0 ? [imageFix(container, facts)] : [])],
    };
  }
  return {
    severity,
    cause: `image ${image} cannot be pulled: ${answer.text}`,
    fix: answer.kind === 'refused' ? loginFix(container, registry, facts) : [fixOf(answer.kind, container, facts)],
  };
}

function fixOf(kind: PullAnswer['kind'], container: ContainerFacts, facts: Facts): string {
  const { registry } = registryOf(container.spec.image);
  switch (kind) {
    case 'away':
      return `is ${registry} right, and can the node reach it? ${imageFix(container, facts)}`;
    case 'limited':
      return 'wait, log in to that registry, or pull through a mirror';
    case 'platform':
      return `build the image for the node's architecture too: npm run build -- --platform linux/amd64,linux/arm64 --push ${registry}`;
    case 'certificate':
      return `give the nodes the certificate of ${registry}, or use a registry that they trust`;
    default:
      return imageFix(container, facts);
  }
}

/** The whole message: a pod in back-off does not always repeat it. */
function pullMessage({ events }: ContainerFacts, message: string): string {
  const failed = events.findLast(({ message }) => message.startsWith('Failed to pull image'));
  return /^Back-off pulling image "[^"]*"$/.test(message) || message === '' ? (failed?.message ?? message) : message;
}

function isOn(node: string, image: string, facts: Facts): boolean {
  return holdersOf(image, facts).includes(node);
}

/** Names of the nodes that hold the image. */
function holdersOf(image: string, { snapshot }: Facts): string[] {
  const full = fullReference(image);
  const asked = snapshot.images?.filter(({ names }) => names.some((name) => fullReference(name) === full));
  if (asked !== undefined) return asked.map(({ node }) => node);
  const told = snapshot.nodes?.filter(({ status }) =>
    status.images?.some(({ names }) => names?.some((name) => fullReference(name) === full)),
  );
  return (told ?? []).map(({ metadata }) => metadata.name);
}

/** Other nodes that have the image, or other tags that this one has. */
function whereElse(image: string, node: string, facts: Facts): string {
  const others = holdersOf(image, facts);
  if (others.length > 0) return ` (it is on ${others.join(', ')})`;
  const tags = tagsOn(node, image, facts);
  return tags.length === 0 ? '' : ` (of ${withoutTag(image)} it has only ${tags.join(', ')})`;
}

/** The tags under which a node has images of the same repository. */
function tagsOn(node: string | undefined, image: string, { snapshot }: Facts): string[] {
  const repository = withoutTag(fullReference(image));
  const asked = snapshot.images?.find((each) => each.node === node)?.names ?? [];
  const told = snapshot.nodes?.find(({ metadata }) => metadata.name === node)?.status.images ?? [];
  const names = [...asked, ...told.flatMap(({ names }) => names ?? [])].map(fullReference);
  return [...new Set(names)]
    .filter((name) => withoutTag(name) === repository && !name.includes('@'))
    .map((name) => name.slice(repository.length + 1))
    .sort();
}

/** Any of these gives the pod an image. */
function imageFixes(container: ContainerFacts, facts: Facts): string[] {
  const { image } = container.spec;
  const former = formerImage(container, facts);
  const [only, ...more] = tagsOn(container.pod.pod.spec.nodeName, image, facts);
  const there = former.length > 0 || only === undefined || more.length > 0 ? [] : [tagFix(container, only, facts)];
  return alternatives([...former, ...loadCommands(image, facts), ...there]);
}

/** Whether it was built here. */
function engineText(image: string, facts: Facts): string {
  const built = engineImage(image, facts);
  if (built === undefined) return '';
  return built.ids.length === 0
    ? '; the Docker engine has no such image either'
    : '; the Docker engine has it: it was built, and not loaded';
}

function failures(container: ContainerFacts): number {
  return container.events
    .filter(({ reason, type }) => type === 'Warning' && reason !== 'BackOff')
    .reduce((most, event) => Math.max(most, countOf(event)), 0);
}

function evidenceOf(container: ContainerFacts, message: string): string[] {
  const telling = container.events.filter(
    ({ type, message: text }) => type === 'Warning' && !/^Error: \w+$/.test(text),
  );
  const newest = telling.at(-1);
  if (newest !== undefined) return [eventQuote(newest)];
  return message === '' ? [] : [`container state: ${shortened(message)}`];
}
