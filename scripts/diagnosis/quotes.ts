import { countOf, timeOf } from './facts.ts';
import type { Event } from './objects.ts';

const LONGEST = 240;
/** Lines that say what went wrong, among those that tell what was done. */
const TELLING =
  /error|exception|fatal|panic|cannot|can't|could ?n.t|unable|denied|refused|not found|failed|failure|invalid|missing|must be|no such|killed|fault/i;

/** An event as a line of evidence. */
export function eventQuote(event: Event): string {
  const count = countOf(event);
  const time = new Date(timeOf(event)).toISOString().slice(11, 19);
  const often = count > 1 ? `${count} times, last at` : 'at';
  return shortened(`event ${event.reason}, ${often} ${time}: ${withoutNoise(event.message)}`);
}

/** The last lines of a log as lines of evidence. */
export function logQuotes(lines: readonly string[], most = 5): string[] {
  return lines.slice(-most).map((line) => shortened(`log: ${line}`));
}

/** The last line of a log that says what went wrong, else its last one. */
export function lastWords(lines: readonly string[]): string | undefined {
  const line = lines.findLast((each) => TELLING.test(each)) ?? lines.at(-1);
  return line === undefined ? undefined : shortened(messageOf(line), 140);
}

/** What a line of a log says, without the JSON around it. */
export function messageOf(line: string): string {
  const { message, msg, reason, error, err } = fieldsOf(line);
  const parts = [message ?? msg, reason ?? error ?? err].filter((part) => typeof part === 'string' && part !== '');
  return parts.length === 0 ? line : parts.join(': ');
}

/** The fields of a line that is JSON. */
export function fieldsOf(line: string): Readonly<Record<string, unknown>> {
  if (!line.startsWith('{')) return {};
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** What says nothing: ids of pods and containers, and the names of the layers that an error has passed through. */
const NOISE: readonly RegExp[] = [
  / \(pod: "[^"]*", container: [^)]*\)/g,
  / in pod \S+$/g,
  /failed to pull and unpack image "[^"]*": |failed to resolve reference "[^"]*": |rpc error: code = \w+ desc = /g,
  /failed to create containerd task: |failed to create shim task: |OCI runtime create failed: |runc create failed: /g,
  /unable to start container process: |: unknown$/g,
  / no new claims to deallocate,| preemption: .*$/g,
];

export function withoutNoise(text: string): string {
  return NOISE.reduce((rest, noise) => rest.replace(noise, ''), text)
    .replace(/\b[0-9a-f]{64}\b/g, '...')
    .trim();
}

export function shortened(text: string, most = LONGEST): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 3)}...`;
}
