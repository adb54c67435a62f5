import { ChartError } from '../errors.ts';

/** How much two versions of a chart differ, from least to most. */
export type Extent = 'nothing' | 'files' | 'compatible' | 'breaking';

export interface VersionStep {
  readonly from: string;
  readonly to: string;
  readonly extent: Extent;
  /** Whether the new version says as much as has changed. */
  readonly fits: boolean;
  /** The least version that would fit. */
  readonly needed: string;
  /** Both versions and whether they fit, in one line. */
  readonly verdict: string;
}

/**
 * Whether a chart's new version fits what has changed in it: a major step for what breaks, a minor one for what is
 * compatible, a patch for other files. Before 1.0.0 a minor step is enough for what breaks and a patch for the rest,
 * which is how `^0.1.0` reads versions; a pre-release may change anything.
 *
 * @see https://semver.org
 */
export function versionStep(from: string, to: string, extent: Extent): VersionStep {
  const [old, now] = [parse(from), parse(to)];
  const least = leastCore(old, extent);
  const order = compareVersions(now, old);
  const changed = extent !== 'nothing';
  const fits = order > 0 ? !changed || compareNumbers(now.core, least) >= 0 : order === 0 && !changed;
  const needed = changed ? least.join('.') : from;
  const step = from === to && !changed ? from : `${from} -> ${to}`;
  const verdict = `${step}: ${verdictOf(extent, order, fits, needed)}`;
  return { from, to, extent, fits, needed, verdict };
}

function verdictOf(extent: Extent, order: number, fits: boolean, needed: string): string {
  const needs = extent === 'nothing' ? `expected at least ${needed}` : `${WORDS[extent]} need ${needed}`;
  if (order < 0) return `a version does not go back; ${needs}`;
  if (!fits) return needs;
  if (extent !== 'nothing') return `fits ${WORDS[extent]}`;
  return order === 0 ? 'nothing changed' : 'nothing changed but the version';
}

const WORDS = { files: 'changed files', compatible: 'compatible changes', breaking: 'breaking changes' };

interface Version {
  readonly core: readonly [number, number, number];
  /** Identifiers of a pre-release; none for a release. */
  readonly pre: readonly string[];
}

function parse(version: string): Version {
  const [, major, minor, patch, pre] = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+|$)/.exec(version) ?? [];
  if (patch === undefined) throw new ChartError(`'${version}' is no version; expected a semantic one such as 1.0.0`);
  return { core: [Number(major), Number(minor), Number(patch)], pre: pre?.split('.') ?? [] };
}

function leastCore({ core: [major, minor, patch], pre }: Version, extent: Extent): readonly number[] {
  if (pre.length > 0 || extent === 'nothing') return [major, minor, patch];
  if (extent === 'files' || (major === 0 && extent === 'compatible')) return [major, minor, patch + 1];
  return extent === 'compatible' || major === 0 ? [major, minor + 1, 0] : [major + 1, 0, 0];
}

function compareVersions(a: Version, b: Version): number {
  return compareNumbers(a.core, b.core) || comparePre(a.pre, b.pre);
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  return a.map((number, i) => number - b[i]!).find((difference) => difference !== 0) ?? 0;
}

/** Numbers by size and before words; words by their bytes; more of them after fewer; none of them last. */
function comparePre(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const [one, other] = [a[i]!, b[i]!];
    if (one === other) continue;
    const [oneIsNumber, otherIsNumber] = [/^\d+$/.test(one), /^\d+$/.test(other)];
    if (oneIsNumber && otherIsNumber) return Number(one) - Number(other);
    if (oneIsNumber !== otherIsNumber) return oneIsNumber ? -1 : 1;
    return one < other ? -1 : 1;
  }
  return a.length - b.length;
}
