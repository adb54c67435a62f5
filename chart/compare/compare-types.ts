import type { Json, JsonObject } from '../json.ts';
import { accepts } from './accepts.ts';
import type { Finding } from './finding.ts';
import { inWords, type JsonType, type Taken, takenInWords, typeInWords } from './taken.ts';

/** Whether a place takes nothing, null aside, of the types that it took. */
export function isRetyped(was: Taken, is: Taken): boolean {
  const [old, now] = [notNull(was), notNull(is)];
  return old.length > 0 && now.length > 0 && !old.some((type) => is.has(type));
}

function notNull(taken: Taken): JsonType[] {
  return [...taken.keys()].filter((type) => type !== 'null');
}

/** Types that a place no longer takes, or takes now. */
export function compareTypes(was: Taken, is: Taken): Finding[] {
  const lost = [...was.keys()].filter((type) => !is.has(type));
  const gained = [...is.keys()].filter((type) => !was.has(type));
  const what = `${takenInWords(is)} (was ${takenInWords(was)})`;
  const findings: Finding[] = [];
  if (lost.length > 0) {
    const words = lost.map((type) => typeInWords(type, was.get(type))).join(' or ');
    const must = { type: [...is.keys()] };
    findings.push({ narrower: true, what, effect: `a file that sets it to ${words} is refused`, must });
  }
  if (gained.length > 0) {
    const words = gained.map((type) => typeInWords(type, is.get(type))).join(' or ');
    findings.push({ narrower: false, what, effect: `${words} is taken, too` });
  }
  return findings;
}

/** Options of one type that are no longer taken, or are taken now; undefined where neither side is a closed list. */
export function compareOptions(type: JsonType, was: JsonObject, is: JsonObject): Finding[] | undefined {
  const [old, now] = [was.enum, is.enum] as [Json[] | undefined, Json[] | undefined];
  if (old === undefined && now === undefined) return undefined;
  const what = `${typeInWords(type, is)} (was ${typeInWords(type, was)})`;
  const findings: Finding[] = [];
  const lost = old?.filter((option) => !accepts(schemaOf(is), option));
  if (lost === undefined)
    findings.push({
      narrower: true,
      what,
      effect: 'a file that sets it to anything else is refused',
      must: { anyOf: [{ not: { type } }, { enum: now! }] },
    });
  else if (lost.length > 0) {
    const words = lost.map(inWords).join(' or ');
    findings.push({
      narrower: true,
      what,
      effect: `a file that sets it to ${words} is refused`,
      must: { not: { enum: lost } },
    });
  }
  const gained = now?.filter((option) => !accepts(schemaOf(was), option));
  if (gained === undefined) findings.push({ narrower: false, what, effect: 'others than these are taken, too' });
  else if (gained.length > 0)
    findings.push({ narrower: false, what, effect: `${gained.map(inWords).join(' or ')} is taken, too` });
  return findings;
}

/** Our list of patterns as a JSON schema has it. */
function schemaOf({ patterns = [], ...limits }: JsonObject): JsonObject {
  return { ...limits, allOf: (patterns as string[]).map((pattern) => ({ pattern })) };
}
