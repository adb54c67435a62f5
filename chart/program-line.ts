import { dirname, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Who calls a function: the program that is compiled, a library that it uses, or the compiler. */
export interface Caller {
  readonly from: 'program' | 'library' | 'compiler';
  /** The line of the program that leads there: its file, from the working directory, and its number. */
  readonly line?: string;
}

/** The caller of a function that is on the stack; undefined where the stack does not tell. */
export function callerOf(callee: (...args: never[]) => unknown): Caller | undefined {
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = DEEP;
  Error.captureStackTrace(holder, callee);
  const frames = framesOf(holder.stack);
  Error.stackTraceLimit = limit;
  const [first] = frames;
  return first === undefined ? undefined : { from: first.from, line: lineIn(frames) };
}

/** Who threw an error, and the line of the program that leads there. */
export function throwerOf(error: Error): Caller | undefined {
  const frames = framesOf(error.stack);
  const [first] = frames;
  return first === undefined ? undefined : { from: first.from, line: lineIn(frames) };
}

interface Frame {
  readonly from: Caller['from'];
  readonly file: string;
  readonly line: string;
}

const DEEP = 50;
const OWN = dirname(fileURLToPath(import.meta.url)) + sep;

function framesOf(stack = ''): Frame[] {
  return stack.split('\n').flatMap((text): Frame[] => {
    const [, place, line] = /^ +at (?:.*\()?(.+):(\d+):\d+\)?$/.exec(text) ?? [];
    if (place === undefined || line === undefined || place.startsWith('node:')) return [];
    const file = place.startsWith('file:') ? fileURLToPath(place) : place;
    const from = file.startsWith(OWN) ? 'compiler' : /[\\/]node_modules[\\/]/.test(file) ? 'library' : 'program';
    return [{ from, file, line }];
  });
}

/** What is below the compiler on the stack called the compiler, and is no part of the program. */
function lineIn(frames: readonly Frame[]): string | undefined {
  const end = frames.findIndex(({ from }) => from === 'compiler');
  const found = (end === -1 ? frames : frames.slice(0, end)).find(({ from }) => from === 'program');
  return found === undefined ? undefined : `${relative(process.cwd(), found.file).replaceAll(sep, '/')}:${found.line}`;
}
