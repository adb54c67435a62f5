import { createHash } from 'node:crypto';
import { goJson } from '../../chart/go-json.ts';
import { sha256 } from '../../chart/index.ts';
import type { Json, JsonObject } from '../../chart/json.ts';

describe('goJson', () => {
  test.each<[Json, string]>([
    ['<a href="x">&</a>', '"\\u003ca href=\\"x\\"\\u003e\\u0026\\u003c/a\\u003e"'],
    ['\u2028\u2029', '"\\u2028\\u2029"'],
    ['\b\f\n\r\t\u0001\u001f\\', '"\\b\\f\\n\\r\\t\\u0001\\u001f\\\\"'],
    ['\u007f\u0085\u00a0ü😀\ufeff', '"\u007f\u0085\u00a0ü😀\ufeff"'],
    [{ '<': '>' }, '{"\\u003c":"\\u003e"}'],
    [[1209600, 1e20, 1e21, 1e-6, 1e-7, -0.5, 0], '[1209600,100000000000000000000,1e+21,0.000001,1e-7,-0.5,0]'],
    [[true, false, null, '', [], {}], '[true,false,null,"",[],{}]'],
  ])('writes %j as Go does', (value, text) => {
    expect(goJson(value)).toBe(text);
  });

  test('sorts keys by their bytes, at every depth', () => {
    const value = { b: 1, a: { '😀': 1, '\uffff': 2, ü: 3, '10': 4, '9': 5, Z: 6 } };

    expect(goJson(value)).toBe('{"a":{"10":4,"9":5,"Z":6,"ü":3,"\uffff":2,"😀":1},"b":1}');
  });

  test('keeps a key named __proto__', () => {
    expect(goJson(JSON.parse('{"__proto__": 1}') as JsonObject)).toBe('{"__proto__":1}');
  });
});

describe('sha256', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');

  test('is over the JSON that Go writes', () => {
    expect(sha256({ b: '<', a: 1 })).toBe(hash('{"a":1,"b":"\\u003c"}'));
    expect(sha256(['x', null])).toBe(hash('["x",null]'));
  });

  test('does not depend on the order of keys, but on that of a list', () => {
    expect(sha256({ a: 1, b: 2 })).toBe(sha256({ b: 2, a: 1 }));
    expect(sha256([1, 2])).not.toBe(sha256([2, 1]));
  });

  test('leaves undefined out of a map', () => {
    expect(sha256({ a: 1, b: undefined })).toBe(sha256({ a: 1 }));
  });

  test('refuses what is neither a map nor a list', () => {
    for (const value of ['x', 1, null, undefined])
      expect(() => sha256(value as never)).toThrow(
        /^sha256 takes a map or a list \(at .*\/intrinsics\.test\.ts:\d+\); put the value into one$/,
      );
  });
});
