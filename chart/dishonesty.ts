import { withOtherClock } from './clock.ts';
import { type Culprit, culpritsOf } from './culprits.ts';
import { declaredAt } from './declared.ts';
import { firstDifferenceIn } from './difference.ts';
import { ChartError } from './errors.ts';
import { failureFor } from './failure.ts';
import type { Dishonesty, Found, HonestyCheck } from './honesty.ts';
import { described, type Look } from './looks.ts';
import { concreteDocuments } from './manifests.ts';
import { hasMark } from './marks.ts';
import { nameOf, pathOf, shapeOf } from './reference.ts';
import { changeRefusal, shown } from './refusal.ts';
import { shows, simpleDishonesty } from './simple-dishonesty.ts';
import { wayAround } from './ways.ts';

/** Why a program is refused that makes something else of values than its templates would. */
export function dishonestyRefusal(check: HonestyCheck, dishonesty: Dishonesty): ChartError {
  const { values, release, difference } = dishonesty;
  if (difference.thrown !== undefined)
    return failureFor(check.program, check.shape, values, release, difference.thrown);
  return changeBetweenRuns(check, dishonesty) ?? lookedInto(check, simpleDishonesty(check, dishonesty));
}

function lookedInto(check: HonestyCheck, dishonesty: Dishonesty): ChartError {
  const { at, built, printed } = dishonesty.difference;
  const culprits = culpritsOf(check, dishonesty);
  const sure = culprits.filter(({ isLookedInto }) => isLookedInto);
  const asked = sure.length > 0 ? sure : culprits.filter(({ value }) => typeof value === 'object' && value !== null);
  const [first] = asked;
  const look = lookInto(asked, check, at);
  const subjects =
    look === undefined ? asked.map(({ path }) => declaredAt(path, check.shape).name) : [nameOf(look.reference)];
  const given = culprits.map(({ name, value }) => `${name} = ${shown(value)}`);
  const shape = look === undefined ? first && declaredAt(first.path, check.shape).shape : shapeOf(look.reference);
  const way =
    subjects.length === 0
      ? 'print values whole or in a template literal, and branch on a boolean, an enum, null or emptiness alone'
      : wayAround({ operation: look?.operation, shape, value: first?.value, built, printed });
  return new ChartError(
    `${at} looks into ${[...new Set(subjects)].join(' and ') || 'a value'}${described(look)}: ` +
      `for ${given.join(', ') || 'the default values'} build makes ${shown(built)}, ${contrast(dishonesty.difference, asked)}; ${way}`,
  );
}

/** What a template prints instead, where that says something. */
function contrast({ built, printed }: Found, culprits: readonly Culprit[]): string {
  if (culprits.some(({ value }) => shows(printed, value)))
    return `where a template that passes the value on prints ${shown(printed)}`;
  return typeof built === 'number' && culprits.some(({ value }) => value === built)
    ? `where a template prints ${shown(printed)}, whatever it is`
    : 'which a template cannot work out';
}

/** The same values made something else because of the time, of chance, or of what was before. */
function changeBetweenRuns(
  { program, shape }: HonestyCheck,
  { values, release, difference: { at, built } }: Dishonesty,
): ChartError | undefined {
  // A value that was not known yet has been kept since.
  if (hasMark(JSON.stringify(built) ?? '')) return changeRefusal(at, []);
  const run = () => concreteDocuments(program, shape, values, release);
  const uses: string[] = [];
  const [now, low, high] = [
    run(),
    withOtherClock('low', run, (use) => uses.push(use)),
    withOtherClock('high', run),
  ] as const;
  const difference = firstDifferenceIn(now, low) ?? firstDifferenceIn(low, high);
  return difference && changeRefusal(difference.at, uses);
}

/** A look into one of the values, or into what it is in or has in it; rather one on the way to the object at `at`. */
function lookInto(culprits: readonly Culprit[], { tree }: HonestyCheck, at: string): Look | undefined {
  const into = [...tree.explorer.looks.values()].filter(({ look }) => {
    const into = pathOf(look.reference);
    return culprits.some(({ path }) => path === into || path.startsWith(`${into}[`) || into.startsWith(`${path}[`));
  });
  const onTheWay = into.find(({ near }) => near !== undefined && at.startsWith(near));
  return (onTheWay ?? into[0])?.look;
}
