import type { Schema } from './description.ts';
import type { Dice } from './dice.ts';

/** Code that looks into a value, `#`, by the value's kind. Most of it no template can say. */
const FORBIDDEN: Readonly<Record<string, readonly string[]>> = {
  string: [
    ...['#.trim()', '#.slice(0, 3)', '#.toUpperCase()', 'String(#.length)', "# === 'a' ? 'yes' : 'no'", "# || 'none'"],
    ...["#.replaceAll('/', '-')", "#.startsWith('a') ? 'yes' : 'no'", "#.split(',')[0]", '#.length > 20 ? 1 : 2'],
    ...["#.includes(' ') ? 'yes' : 'no'", '# + 1', '#.charAt(0)', 'JSON.stringify({ a: # })', "#.concat('x')"],
  ],
  number: [
    ...["# > 5 ? 'more' : 'less'", '# + 1', '# * 2', 'Math.max(#, 3)', "# ? 'yes' : 'no'", 'String(Number(#))', '-#'],
    ...["# === 0 ? 'zero' : 'more'", 'String(#)', 'JSON.stringify(#)', '# % 2'],
  ],
  list: [
    ...['#.length', '#[0]', "#.join(',')", "#.length > 1 ? 'many' : 'few'", '#.slice(0, 1)', '[...#].reverse()'],
    ...['#.map((x, i) => i)', '#.concat(#)', '[...#, ...#]', 'JSON.stringify(#)', '#.some((x) => x)'],
    ...['#.reduce((sum) => sum + 1, 0)', 'Array.from(#).sort()', '#.map((x) => [x, x]).flat()', '#.at(-1)'],
  ],
  map: [
    ...['Object.keys(#).length', "#.a ?? 'none'", "Object.keys(#).join(',')", 'Object.entries(#)', 'JSON.stringify(#)'],
    ...["'a' in # ? 1 : 2", 'Object.entries(#).map(([k], i) => i)', 'Object.values(#)[0]', 'Object.entries(#).length'],
  ],
};

/** Code over a value of this kind; undefined where there is none. */
export function forbiddenOver(dice: Dice, schema: Schema): string | undefined {
  const codes = FORBIDDEN[schema.kind.split(' ')[0]!];
  return codes && dice.pick(codes);
}
