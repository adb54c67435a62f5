import { cleanText } from './clean-text.ts';

/** The name of a phase above a chart, at its line. */
export interface Flag {
  /** Pixels from the left, of the line. */
  readonly at: number;
  /** Pixels from the left, where the text begins. */
  readonly textAt: number;
  /** 0 for the one next to the chart. */
  readonly row: number;
  readonly text: string;
}

const GAP = 4;
/** Of a character at 11 pixels, on average; rather too wide. */
const CHARACTER = 6.2;

/** Places names so that none covers another one and no line goes through the name of an earlier phase. */
export function flagsAbove(
  phases: readonly { readonly label: string; readonly at: number }[],
  { width, seconds, hasLabels }: { readonly width: number; readonly seconds: number; readonly hasLabels: boolean },
): Flag[] {
  const flags: Flag[] = [];
  const scale = width / Math.max(seconds, Number.MIN_VALUE);
  const longest = Math.floor(width / CHARACTER);
  const sorted = phases
    .map((phase, i) => ({ ...phase, number: i + 1 }))
    .sort((a, b) => b.at - a.at || b.number - a.number);
  // From the right: an earlier name stands above the later ones that it reaches.
  for (const { label, at, number } of sorted) {
    const text = shortened(hasLabels ? `${number} ${cleanText(label)}` : `${number}`, longest);
    const x = Math.min(at * scale, width);
    const textAt = Math.max(0, Math.min(x + GAP, width - text.length * CHARACTER));
    const end = textAt + text.length * CHARACTER + GAP;
    const under = flags.filter((other) => Math.min(other.at, other.textAt) < end);
    flags.push({ at: x, textAt, text, row: 1 + Math.max(-1, ...under.map(({ row }) => row)) });
  }
  return flags.reverse();
}

function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, Math.max(1, length - 1))}…` : text;
}
