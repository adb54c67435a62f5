import { place } from '../../chart/loops.ts';

test.each([
  ['config data', 'config.data'],
  ['config list [12] name', 'config.list[12].name'],
  ['config list [name=a] x', 'config.list.[name=a].x'],
  ['config hash ', 'config.hash'],
  ['config data a\uE009', 'config.data.a'],
  ['config data a\uE009\uE00000001\uE001,\uE00000002\uE001 b', 'config.data.a.b'],
  ['config \uE00000001\uE001name', 'config.name'],
])('messages name the place %j', (id, name) => {
  expect(place({ id })).toBe(name);
});
