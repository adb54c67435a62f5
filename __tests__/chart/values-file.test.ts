import { describe, expect, test } from '@jest/globals';
import { ChartError } from '../../chart/errors.ts';
import type { Json } from '../../chart/json.ts';
import { parseValuesFile } from '../../chart/values-file.ts';

const parse = (text: string) => parseValuesFile(text, 'values.yaml');

describe('a values file', () => {
  test.each<[string, Json]>([
    ['012', 10],
    ['08', 8],
    ['0o17', 15],
    ['0x1F', 31],
    ['0b11', 3],
    ['1_000', 1000],
    ['+1', 1],
    ['1e3', 1000],
    ['.5', 0.5],
    ['1e400', '1e400'],
    ['0x1p4', '0x1p4'],
    ['12:30:45', '12:30:45'],
    ['2001-01-01', '2001-01-01'],
    ['yes', true],
    ['On', true],
    ['n', false],
    ['OFF', false],
    ['yEs', 'yEs'],
    ['~', null],
    ['NULL', null],
    ['', null],
    ['"012"', '012'],
    ["'yes'", 'yes'],
    ['!!str 012', '012'],
    ['! 012', '012'],
    ['!!int "012"', 10],
    ['!!binary aGVsbG8=', 'hello'],
    ['!local 012', '012'],
  ])('reads the value %s as Helm does', (text, expected) => {
    expect(parse(`a: ${text}`)).toEqual({ a: expected });
  });

  test('turns keys into strings', () => {
    const values = parse('yes: a\n012: b\n1.5: c\n1000000.0: d\n.inf: e\n2001-01-01: f\n"": g');

    expect(values).toEqual({ true: 'a', 10: 'b', 1.5: 'c', '1e+06': 'd', '.inf': 'e', '2001-01-01': 'f', '': 'g' });
  });

  test('copies aliases and merges << where it stands', () => {
    const values = parse('a: &a {x: 1, z: 2}\nb: {x: 3, <<: *a, z: 4}\nc: *a\nd: {<<: [{x: 5}, *a]}');

    expect(values).toEqual({ a: { x: 1, z: 2 }, b: { x: 1, z: 4 }, c: { x: 1, z: 2 }, d: { x: 5, z: 2 } });
    expect(values.c).not.toBe(values.a);
  });

  test('lets the last of duplicate keys count', () => {
    expect(parse('a: {x: 1}\na: {z: 2}')).toEqual({ a: { z: 2 } });
  });

  test('is {} without content', () => {
    for (const text of ['', '\n', '# comment', '---', '~', '{}', '\ufeff', '--- # c\n# c\n']) {
      expect(parse(text)).toEqual({});
    }
  });

  test('may have a byte order mark, CRLF, markers and empty documents after it', () => {
    expect(parse('\ufeff# c\r\n---\r\na: |\r\n  b\r\n  c\r\n---\r\n# nothing\r\n')).toEqual({ a: 'b\nc\n' });
    expect(parse('a: 1\n...\nignored')).toEqual({ a: 1 });
  });

  test('treats the names of inherited properties as ordinary keys', () => {
    const values = parse('__proto__: {a: 1}\nconstructor: 2\ntoString:');

    expect(JSON.stringify(values)).toBe('{"__proto__":{"a":1},"constructor":2,"toString":null}');
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  });
});

describe('an error is one line with the place and the reason', () => {
  test.each([
    ['a: 1\n b: 2\n', "values.yaml:1:4: this value has a ': ' in it; put it in quotes, or indent the lines alike"],
    ['a:\n\tb: 1\n', 'values.yaml:2:1: Tabs are not allowed as indentation'],
    ['a: 1\n\t\nb: 2\n', 'values.yaml:2:1: there is a tab where only spaces may stand'],
    ['a: "b\n', 'values.yaml:2:1: a text in quotes does not end, or a line of it is indented too little'],
    ['a: \u0007', 'values.yaml:1:4: there is a control character (U+0007); write it as an escape in double quotes'],
    [
      'a: 1 # a\u2028b: 1',
      'values.yaml:1:9: there is a line separator (U+2028 or U+2029); write it as an escape in double quotes',
    ],
    ['# a\u2028b: 1', 'values.yaml:1:1: this is neither a value nor a comment'],
    ['%YAML 1.1\n---\na: 1', 'values.yaml:1:1: this is neither a value nor a comment'],
    ['- a', 'values.yaml:1:1: a values file must be a map, not a list'],
    ['\n  text', 'values.yaml:2:3: a values file must be a map, not a string'],
    ['a:\n  b: .inf', 'values.yaml:2:6: infinity and NaN are not JSON values'],
    ['a: !!int x', "values.yaml:1:10: 'x' is not of the type !!int"],
    ['a: !!binary x', 'values.yaml:1:13: !!binary takes the base64 of a text in UTF-8'],
    ['~: 1', 'values.yaml:1:1: a key must be a string, a number, true or false'],
    [
      '1: a\n"1": b',
      'values.yaml:2:1: there are two keys that both become "1", and Helm picks one at random; remove one',
    ],
    ['a: *b', "values.yaml:1:4: there is no anchor '&b' above"],
    ['a: &a [*a]', "values.yaml:1:8: the anchor '&a' contains itself"],
    ['<<: 1', "values.yaml:1:5: '<<' takes a map or a list of maps"],
    [
      'a: 1\n---\n\nb: 2',
      'values.yaml:4:1: Helm 3 ignores a second document, Helm 4 merges it; move it to a file of its own',
    ],
    ['a: 1\n--- b', "values.yaml:2:1: nothing but a comment may follow '---' on its line"],
    [
      'a: |\n  b',
      'values.yaml:1:4: Helm 3 and 4 read a last text without a line break differently; end the file with a line break',
    ],
    ['a: [b?]', "values.yaml:1:5: 'b?' is read in more than one way inside [] and {}; put it in quotes"],
    ['? a\n: b', "values.yaml:1:1: '? key' is not supported; write 'key: value'"],
  ])('%j', (text, message) => {
    expect(() => parse(text)).toThrow(new ChartError(message));
  });

  test('aliases of aliases without end are refused', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);

    expect(() => parse(`l0: &l0 x\n${levels.join('\n')}`)).toThrow('there are too many aliases of aliases');
  });
});
