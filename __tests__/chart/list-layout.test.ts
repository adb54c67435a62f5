import { eachOf } from '../../chart/each.ts';
import type { Json } from '../../chart/json.ts';
import { alignLists, type Variants } from '../../chart/list-layout.ts';

const keysOf = (lists: readonly Json[][], variants: readonly Variants[] = []) =>
  alignLists(lists, () => '', variants).keys;

test('a field that holds a map names nothing', () => {
  const item = (host: string): Json => ({ port: { number: 80 }, host });

  expect(keysOf([[item('a'), item('b')], [item('b')]])).toEqual(['place 0', 'host=b']);
});

test('items that are no maps are told from maps, and maps that are empty from each other', () => {
  expect(keysOf([['x'], [{ a: 1 }]])).toEqual(['"x"', '{a}']);
  expect(keysOf([[{}, {}], [{}]])).toHaveLength(2);
});

describe('items that come of another answer of one element', () => {
  const one = { name: 'one', a: 1 };
  const two = { name: 'two', b: 2 };
  const last = { name: 'last' };

  test('are one item', () => {
    const [before, after] = [
      [one, last],
      [two, last],
    ];

    expect(keysOf([before, after, [last]])).toEqual(['name=one', 'name=two', 'name=last']);
    expect(keysOf([before, after, [last]], [[before, after]])).toEqual(['name=one', 'name=last']);
  });

  test('but not where both stand in one list', () => {
    const [before, after] = [
      [one, last],
      [two, last],
    ];

    expect(keysOf([before, after, [one, two, last]], [[before, after]])).toEqual(['name=one', 'name=two', 'name=last']);
  });

  test('nor where one of them is a loop', () => {
    const [before, after]: Json[][] = [
      [one, last],
      [eachOf('loop', [two]), last],
    ];

    expect(keysOf([before!, after!, [last]], [[before!, after!]])).toHaveLength(3);
  });
});
