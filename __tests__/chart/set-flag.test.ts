import { describe, expect, test } from '@jest/globals';
import type { Json, JsonObject } from '../../chart/json.ts';
import { applySet, applySets, type SetFlag } from '../../chart/set-flag.ts';

type TextFlag = Exclude<SetFlag['kind'], 'set-file'>;
const apply = (kind: TextFlag, text: string, values: JsonObject = {}) => applySet(values, { kind, text });

describe('--set', () => {
  test.each<[string, Json]>([
    ['a=1', 1],
    ['a=+7', 7],
    ['a=-012', -12],
    ['a=012', '012'],
    ['a=00', '00'],
    ['a=0', 0],
    ['a=1.5', '1.5'],
    ['a=1e3', '1e3'],
    ['a=0x1f', '0x1f'],
    ['a=9223372036854775808', '9223372036854775808'],
    ['a=TRUE', true],
    ['a=False', false],
    ['a=Null', null],
    ['a=yes', 'yes'],
    ['a=', ''],
    ['a= 1', ' 1'],
    ['a="1"', '"1"'],
    ['a=b=c', 'b=c'],
  ])('reads %s by its type', (text, expected) => {
    expect(apply('set', text)).toEqual({ a: expected });
  });

  test.each(['9007199254740993', '-9007199254740992', '9223372036854775807'])('refuses the integer %s', (integer) => {
    expect(() => apply('set', `a.b=1,a.c=${integer}`)).toThrow(
      `--set: 'a.c' is ${integer}, whose last digits JavaScript would lose; set it as text with --set-string`,
    );
  });

  test('sets several keys, maps and lists in one flag', () => {
    expect(apply('set', 'a.b=1,c={x,2,},d[1].e=true,d[0]=y,f={}')).toEqual({
      a: { b: 1 },
      c: ['x', 2, ''],
      d: ['y', { e: true }],
      f: [''],
    });
  });

  test('takes an escaped dot, comma, bracket and brace as a character', () => {
    expect(apply('set', String.raw`a\.b/c.d\,e=x\,y\\z,l={\},b}`)).toEqual({
      'a.b/c': { 'd,e': 'x,y\\z' },
      l: ['}', 'b'],
    });
  });

  test('fills the gaps of a list with null', () => {
    expect(apply('set', 'a[2]=x,b[0][1]=y')).toEqual({ a: [null, null, 'x'], b: [[null, 'y']] });
  });

  test('changes single keys and items of earlier values, which stay as they were', () => {
    const values = { a: { b: 1, c: 2 }, l: [{ x: 1 }, 's'] };
    const before = structuredClone(values);

    const changed = apply('set', 'a.b=null,l[0].y=2,l[1].z=3', values);

    expect(changed).toEqual({ a: { b: null, c: 2 }, l: [{ x: 1, y: 2 }, { z: 3 }] });
    expect(values).toEqual(before);
  });

  test('forgets a new item, not a known one, where the text ends behind = as Helm does', () => {
    expect(apply('set', 'a[0].b=,c=1')).toEqual({ a: [{ b: '' }], c: 1 });
    expect(apply('set', 'c=1,a[0].b=')).toEqual({ a: [], c: 1 });
    expect(apply('set', 'a[0].b=', { a: ['s'] })).toEqual({ a: [{ b: '' }] });
    expect(apply('set', 'a[0]=')).toEqual({ a: [''] });
  });

  test('treats the names of inherited properties as ordinary keys', () => {
    const changed = apply('set', '__proto__.a=1,constructor.b=2,toString=3');

    expect(JSON.stringify(changed)).toBe('{"__proto__":{"a":1},"constructor":{"b":2},"toString":3}');
    expect(Object.getPrototypeOf(changed)).toBe(Object.prototype);
  });

  test.each([
    ['a', "--set: 'a' has no value; write 'a=VALUE'"],
    ['a=1,b.c', "--set: 'b.c' has no value; write 'c=VALUE'"],
    ['a,b=1', "--set: 'a' has no value; write 'a=VALUE'"],
    ['a..b=secret', "--set: 'a..b' has an empty key behind a dot; name one"],
    ['a={1,secret', "--set: 'a' has a list without '}' at its end"],
    ['a[x]=secret', "--set: 'a[x]' has the index 'x'; expected 0 to 65536, then ']'"],
    ['a[-1]=1', "--set: 'a[-1]' has the index '-1'; expected 0 to 65536, then ']'"],
    ['a[65537]=1', "--set: 'a[65537]' has the index '65537'; expected 0 to 65536, then ']'"],
    ['a[0', "--set: 'a[0' has the index '0'; expected 0 to 65536, then ']'"],
    ['a[0]b=1', "--set: 'a[0]b' has 'b' behind an index; expected '=', '.' or '['"],
    ['s.b=1', "--set: 's.' goes into a string as if it were a map; set the whole map"],
    ['n.b=1', "--set: 'n.' goes into null as if it were a map; set the whole map"],
    ['s[0]=1', "--set: 's[0]' goes into a string as if it were a list; set the whole list"],
    [`${'a.'.repeat(31)}b=1`, `--set: '${'a.'.repeat(31)}' has more than 30 dots`],
  ])('refuses %s and names the key, not the value', (text, message) => {
    expect(() => apply('set', text, { s: 'secret', n: null })).toThrow(new Error(message));
  });
});

describe('--set-string', () => {
  test('keeps every value a text', () => {
    expect(apply('set-string', 'a=1,b=true,c=null,d={1,x}')).toEqual({ a: '1', b: 'true', c: 'null', d: ['1', 'x'] });
  });
});

describe('--set-json', () => {
  test('reads JSON behind each key, and an empty value as null', () => {
    expect(apply('set-json', 'a={"x":[1,"y,z"]}, b.c=-1.5e2 ,d[0]="q",e=')).toEqual({
      a: { x: [1, 'y,z'] },
      ' b': { c: -150 },
      d: ['q'],
      e: null,
    });
  });

  test('merges a whole object', () => {
    expect(apply('set-json', ' {"a":{"b":null}} ', { a: { b: 1, c: 2 } })).toEqual({ a: { b: null, c: 2 } });
  });

  test.each([
    ['a=text', `--set-json: 'a' has a value that is not JSON; a string needs double quotes: '="text"'`],
    ['a=1.', `--set-json: 'a' has a value that is not JSON; a string needs double quotes: '="text"'`],
    ['a=1e999', `--set-json: 'a' has a value that is not JSON; a string needs double quotes: '="text"'`],
    ['{"a":1} x', `--set-json: the text is not a JSON object; write '{"key": "text"}'`],
  ])('refuses %s', (text, message) => {
    expect(() => apply('set-json', text)).toThrow(new Error(message));
  });
});

describe('--set-literal', () => {
  test('takes all that follows the first = as it is', () => {
    expect(apply('set-literal', String.raw`a.b[0]=1,c={\,}=null`)).toEqual({ a: { b: [String.raw`1,c={\,}=null`] } });
  });
});

describe('--set-file', () => {
  test('takes the content of the files that it names', () => {
    const read = (path: string) => `content of ${path}`;

    const values = applySet({}, { kind: 'set-file', text: 'a=x.txt,b={y.txt,z.txt},c=', read });

    expect(values).toEqual({ a: 'content of x.txt', b: ['content of y.txt', 'content of z.txt'], c: '' });
  });
});

test('flags are applied by kind, in the order of Helm', () => {
  const flags: SetFlag[] = [
    { kind: 'set-literal', text: 'e=literal' },
    { kind: 'set-file', text: 'd=x,e=x', read: () => 'file' },
    { kind: 'set-string', text: 'c=string,d=string,e=string' },
    { kind: 'set', text: 'b=1,c=1,d=1,e=1' },
    { kind: 'set', text: 'b=2' },
    { kind: 'set-json', text: '{"a":[],"b":[],"c":[],"d":[],"e":[]}' },
  ];

  expect(applySets({}, flags)).toEqual({ a: [], b: 2, c: 'string', d: 'file', e: 'literal' });
});
