import type { Json } from '../../chart/json.ts';
import { type Kinship, placesOf, supersequence } from '../../chart/supersequence.ts';

type Fields = Readonly<Record<string, unknown>> | undefined;

/** Items are the same one by `id`, of one name by `name`, and have the elements of the loop `each`. */
const kinship: Kinship = {
  identify: (item) => `${(item as Fields)?.id ?? JSON.stringify(item)}`,
  name: (item) => (item as { name: string }).name,
  elementsOf: (item) => `${(item as Fields)?.each ?? ''}`,
};
const [a, b, c] = [
  { name: 'a', a: 1 },
  { name: 'b', b: 1 },
  { name: 'c', c: 1 },
];

function columnsOf(...lists: Json[][]): readonly (readonly Json[])[] {
  return supersequence(lists, kinship);
}

test('every list has its items in order', () => {
  expect(columnsOf([a, b, c], [b, a])).toEqual([[a], [b, b], [a], [c]]);
  expect(placesOf([[a], [b], [a], [c]], [b, a], kinship)).toEqual([1, 2]);
});

test('a list without items has no places', () => {
  expect(placesOf([[a]], [], kinship)).toEqual([]);
});

test('an item takes its own place, then that of the same one, then that of one of its name', () => {
  const [first, second] = [
    { id: 1, name: 'a', x: 1 },
    { id: 1, name: 'a', x: 2 },
  ];

  expect(placesOf([[first], [second]], [second], kinship)).toEqual([1]);
  expect(placesOf([[{ id: 2, name: 'a' }], [first]], [second], kinship)).toEqual([1]);
  expect(placesOf([[{ id: 2, name: 'b', y: 1 }], [{ id: 3, name: 'a', y: 1 }]], [first], kinship)).toEqual([1]);
});

test.each<[string, Json, Json]>([
  ['of one name', { name: 'a', x: 1 }, { name: 'a', y: 1 }],
  ['of one loop', { name: 'a', each: 'l', x: 1 }, { name: 'b', each: 'l', y: 1 }],
  ['with the same keys', { name: 'a', x: 1 }, { x: 1, name: 'b' }],
  ['with the same keys, in another order', { x: 1, name: 'b' }, { name: 'a', x: 1 }],
  ['that are texts', 'a', 'b'],
  ['that are lists', ['a'], ['b']],
])('two items %s can be at one place', (_, item, other) => {
  expect(columnsOf([item], [other])).toEqual([[item, other]]);
});

test.each<[string, Json, Json]>([
  ['of different loops', { name: 'a', each: 'l' }, { name: 'a', each: 'm' }],
  ['with other keys', { name: 'a', x: 1 }, { name: 'b', y: 1 }],
  ['that are a map and a text', { x: 1 }, 'a'],
  ['that are a list and a text', ['a'], 'a'],
  ['that are a list and a map', ['a'], { x: 1 }],
])('two items %s cannot', (_, item, other) => {
  expect(columnsOf([item], [other])).toHaveLength(2);
});
