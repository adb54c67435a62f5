import type { ContainerFacts, Facts } from './facts.ts';
import type { Candidate } from './finding.ts';
import { seenAt, workloadArgument } from './fixes.ts';
import { platforms } from './image-copies.ts';
import type { LogCause } from './log-causes.ts';
import { eventQuote, shortened, withoutNoise } from './quotes.ts';

/** The container was made, but its first program could not be started. */
export function startProblem(container: ContainerFacts, facts: Facts): Candidate | undefined {
  const { waiting, terminated } = container.status.state;
  const last = terminated ?? container.status.lastState.terminated;
  const neverStarted = last?.reason === 'StartError' || last?.reason === 'ContainerCannotRun';
  const reason = waiting?.reason ?? '';
  const isRefused = ['RunContainerError', 'CreateContainerError', 'CreatePodSandboxError'].includes(reason);
  if (container.status.state.running !== undefined || !(isRefused || neverStarted)) return undefined;
  const text = withoutNoise((isRefused ? waiting?.message : undefined) ?? last?.message ?? '');
  const { cause, fix, final } = withPlatforms(startCause(text, container, facts), container, facts);
  const times = container.status.restartCount + 1;
  const event = container.events.findLast(({ reason }) => reason === 'Failed');
  return {
    ...seenAt(container),
    code: isRefused ? reason : 'RunContainerError',
    severity: final || times >= 2 ? 'fatal' : 'waiting',
    cause,
    evidence: event === undefined ? [`container state: ${shortened(text)}`] : [eventQuote(event)],
    fix: [fix],
    check: facts.kubectl(`get pod ${container.pod.name}`),
    confidence: 'certain',
  };
}

/** Where it is the architecture, with the two that do not fit, if they are known. */
export function withPlatforms<T extends LogCause | undefined>(known: T, container: ContainerFacts, facts: Facts): T {
  const both = known?.cause.includes('another processor architecture') ? platforms(container, facts) : undefined;
  if (known === undefined || both === undefined) return known;
  return {
    ...known,
    cause: `image ${container.spec.image} is built for ${both.image}, and the node is ${both.node}`,
    fix: `build the image for the node: npm run build -- --platform ${both.node}, and then: npm run apply`,
  };
}

function startCause(text: string, container: ContainerFacts, facts: Facts): Omit<LogCause, 'fix'> & { fix: string } {
  const { image, command } = container.spec;
  const edit = facts.kubectl(`edit ${workloadArgument(container)}`);
  const [, program] = /exec: "([^"]+)"/.exec(text) ?? [];
  const whose = command === undefined ? `the command of image ${image}` : 'the command';
  if (/executable file not found|no such file or directory/.test(text) && program !== undefined)
    return {
      cause: `${whose}, '${program}', is not in image ${image}`,
      fix: command === undefined ? 'build the image again' : `correct the command: ${edit}`,
      final: true,
    };
  if (/permission denied/.test(text) && program !== undefined)
    return { cause: `${whose}, '${program}', may not be executed`, fix: `correct the command: ${edit}`, final: true };
  if (/exec format error/.test(text))
    return {
      cause: `the program of image ${image} is for another processor architecture than the node’s`,
      fix: 'build the image for the node’s architecture: npm run build -- --platform linux/amd64 (or linux/arm64)',
      final: true,
    };
  if (/no command specified/.test(text))
    return { cause: `image ${image} has no command, and neither has the container`, fix: edit, final: true };
  const [, path, why] = /error mounting .* to rootfs at "([^"]+)".*: ([^:]+)$/.exec(text) ?? [];
  if (path !== undefined)
    return { cause: `a volume cannot be mounted at ${path}: ${why}`, fix: `correct mountPath: ${edit}`, final: true };
  return {
    cause: `the container cannot be started: ${shortened(text, 160)}`,
    fix: facts.kubectl(`describe pod ${container.pod.name}`),
    final: false,
  };
}
