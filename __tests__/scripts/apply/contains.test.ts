import { contains } from '../../../scripts/apply/contains.ts';

const WRITTEN = { a: 1, list: [{ name: 'x', v: '1' }, 'y'] };

describe('a live object', () => {
  test('contains what was written, also where the cluster has added fields', () => {
    expect(contains({ a: 1, status: {}, list: [{ name: 'x', v: '1', more: true }, 'y'] }, WRITTEN)).toBe(true);
  });

  test.each([
    ['a value', { a: 2 }],
    ['a missing field', { a: undefined }],
    ['an item more', { list: [...WRITTEN.list, 'z'] }],
    ['an item less', { list: ['y'] }],
    ['another order', { list: [...WRITTEN.list].reverse() }],
    ['another kind of value', { list: {} }],
    ['no object', { list: ['x', 'y'] }],
  ])('does not contain it with other: %s', (_, change) => {
    expect(contains({ ...WRITTEN, ...change } as never, WRITTEN)).toBe(false);
  });

  test('does not contain what it leaves out because it is empty', () => {
    expect(contains({}, { a: {} })).toBe(false);
    expect(contains(undefined, {})).toBe(false);
  });
});
