import pc from 'picocolors';
import type { LogLine } from './log-line.ts';

// picocolors also takes the variable CI for a terminal; what is piped stays plain.
const { cyan, yellow, green, magenta, blue } = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);
const COLOURS = [cyan, yellow, green, magenta, blue];

/** Prints lines of logs. */
export class LogOutput {
  /** How many lines were printed. */
  count = 0;
  readonly #json: boolean;
  readonly #print: (text: string) => void;
  readonly #components: string[] = [];
  #width = 0;

  /** @param print @default - to stdout */
  constructor(json: boolean, print: (text: string) => void = (text) => void process.stdout.write(text)) {
    this.#json = json;
    this.#print = print;
  }

  /** Leaves room for prefixes that will come. */
  expect(prefixes: readonly string[]): void {
    this.#width = Math.max(this.#width, ...prefixes.map(({ length }) => length));
  }

  write({ source, time, text }: LogLine): void {
    this.count++;
    const { pod, container, component, prefix } = source;
    if (this.#json) {
      this.#print(`${JSON.stringify({ time, pod, container, component, text })}\n`);
      return;
    }
    this.expect([prefix]);
    this.#print(`${this.#colour(component)(prefix.padEnd(this.#width))}  ${harmless(text)}\n`);
  }

  #colour(component: string): (text: string) => string {
    if (!this.#components.includes(component)) this.#components.push(component);
    return COLOURS[this.#components.indexOf(component) % COLOURS.length]!;
  }
}

/** Colours may stay. What moves the cursor or renames the window comes from whoever wrote into the log. */
function harmless(text: string): string {
  return text.replace(/\p{Cc}(?:\[[\d;]*m)?/gu, (found) =>
    found === '\t' || (found.startsWith('\u001b') && found.length > 1) ? found : found.slice(1),
  );
}
