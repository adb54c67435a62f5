import { filledList, filledMap } from '../../constructs/filled.ts';

test('keeps what has something in it', () => {
  expect(filledMap({ a: 'b' })).toEqual({ a: 'b' });
  expect(filledList(['a'])).toEqual(['a']);
});

test.each([undefined, {}])('is undefined for the map %j', (map) => {
  expect(filledMap(map)).toBeUndefined();
});

test.each([undefined, []])('is undefined for the list %j', (list) => {
  expect(filledList(list)).toBeUndefined();
});
