import type { CodeFound } from '../code-search.ts';
import type { Explorer } from '../explore.ts';
import type { Json } from '../json.ts';
import type { Program } from '../program.ts';
import type { Coverage } from './coverage.ts';
import type { InvalidCases } from './refusal-check.ts';
import type { RuleCases } from './rule-cases.ts';
import type { Target } from './targets.ts';

/** How much of a program cases have reached. */
export interface CoverageReport {
  /** Figures, one line for each kind of thing. */
  readonly lines: readonly string[];
  /** What could be reached and was not. */
  readonly missed: readonly string[];
  /** What no values can reach, each with its reason. */
  readonly impossible: readonly string[];
  /**
   * Lines of the program that no values have run, as `app.ts:12`: what they make is not proved. What only throws, and what
   * stands in for something that is left out (after `??`), is not among them.
   */
  readonly codeLeft: readonly string[];
  /** How many leaves of each kind were reached: literals, values of a kind, hashes, texts with values in them. */
  readonly leaves: ReadonlyMap<string, number>;
  /** How often the templates have each of the constructs that templates are made of. */
  readonly constructs: ReadonlyMap<string, number>;
}

/** Parts of a program were not reached, neither by chance nor by aiming. */
export class CoverageError extends Error {
  override readonly name = 'CoverageError';

  constructor(
    program: string,
    readonly missed: readonly string[],
  ) {
    const [some, more] = [missed.slice(0, 20), missed.length - 20];
    const parts = `${missed.length} ${missed.length === 1 ? 'part' : 'parts'}`;
    super(
      `no values were found for ${parts} of ${program}:\n  ${some.join('\n  ')}${more > 0 ? `\n  and ${more} more` : ''}`,
    );
  }
}

export interface Covered {
  readonly program: Program;
  readonly coverage: Coverage;
  readonly explorer: Explorer;
  readonly rules: RuleCases;
  readonly invalid: InvalidCases;
  readonly constructs: ReadonlyMap<string, number>;
  readonly code: CodeFound;
}

export function coverageReport(covered: Covered): CoverageReport {
  const { program, coverage, explorer, rules, invalid, constructs, code } = covered;
  const ruleCount = program.rules?.length ?? 0;
  const of = (group: Target['group']) => coverage.targets.filter((target) => target.group === group);
  const count = (targets: readonly Target[]) => {
    const possible = targets.filter(({ id }) => !coverage.impossible.has(id));
    return `${possible.filter((target) => coverage.isReached(target)).length} of ${possible.length}`;
  };
  const figures: [string, readonly Target[], string][] = [
    [
      'answers',
      of('answer'),
      `answers of ${explorer.choices.size === 1 ? 'one choice' : `${explorer.choices.size} choices`}`,
    ],
    ['guards', of('row').filter(({ guarded }) => guarded), 'combinations of answers'],
    ['loops', of('loop'), 'with one element and with several'],
    ['keys', of('meeting'), 'pairs that meet in a map'],
    ['empty', of('empty'), 'maps and lists'],
  ];
  const reached = leavesReached(coverage, of('row'), explorer);
  const [broken, kept] = [rules.unbroken, rules.unkept].map((left) => `${ruleCount - left.length} of ${ruleCount}`);
  return {
    lines: [
      ...figures.filter(([, all]) => all.length > 0).map(([name, all, what]) => line(name, `${count(all)}, ${what}`)),
      ...(ruleCount === 0 ? [] : [line('rules', `${broken} broken, ${kept} kept`)]),
      line('invalid', `${invalid.tried} of ${invalid.known}, values that the schema refuses`),
      line('code', linesLeft(code)),
      line('leaves', counted(reached)),
      line('blocks', counted(constructs)),
    ],
    missed: [
      ...coverage.missing.map(({ text }) => text),
      ...rules.unbroken.map(({ message }) => `no values break the rule: ${message}`),
      ...rules.unkept.map(({ message }) => `no values keep the rule where it is in force: ${message}`),
    ],
    impossible: coverage.targets
      .filter(({ id }) => coverage.impossible.has(id))
      .map(({ id, text }) => `${text} (${coverage.impossible.get(id)})`),
    codeLeft: code.left,
    leaves: reached,
    constructs,
  };
}

function linesLeft({ left, isWatched }: CodeFound): string {
  const unknown = isWatched ? '' : '; some had run before it was watched';
  if (left.length === 0) return `all of it has run${unknown}`;
  return `${left.length} ${left.length === 1 ? 'line has' : 'lines have'} not run${unknown}`;
}

function line(name: string, text: string): string {
  return `${name.padEnd(8)} ${text}`;
}

function counted(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${name} ${count}`).join(', ');
}

function leavesReached(coverage: Coverage, rows: readonly Target[], explorer: Explorer): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const target of rows) {
    const value = target.row?.value;
    if (value?.kind !== 'leaf' || !coverage.isReached(target)) continue;
    const kind = leafKind(value.json, explorer);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

/** A literal, a value of some kind, a hash, or a text with values in it. */
function leafKind(json: Json, explorer: Explorer): string {
  if (typeof json !== 'string') return 'literal';
  const parts = explorer.marks.parts(json);
  if (explorer.marks.hashed(json) !== undefined) return 'hash';
  if (parts.every((part) => typeof part === 'string')) return 'literal';
  const [only] = parts;
  return parts.length === 1 && typeof only !== 'string' ? only!.kind : 'text';
}
