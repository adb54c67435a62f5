import { textsLike } from '../../chart/pattern-samples.ts';

/** Texts that a pattern takes, the shortest first. */
function matching(pattern: string): string[] {
  const texts = textsLike(pattern).filter((text) => new RegExp(pattern, 'u').test(text));
  return [...texts].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

test.each<[string, readonly string[]]>([
  ['^x$', ['x']],
  ['x', ['x']],
  ['^(a|b|cc)$', ['a', 'b', 'cc']],
  ['^a?b?$', ['', 'ab']],
  ['^a{2}$', ['aa']],
  ['^a{2,3}$', ['aa', 'aaa']],
  ['^[ab]$', ['a', 'b']],
  ['^\\.\\n\\[$', ['.\n[']],
  ['^[\\]x]$', [']', 'x']],
  ['^(?:a(?:b|c))+$', ['ab', 'ac', 'abab', 'acac']],
])('texts like %s', (pattern, first) => {
  expect(matching(pattern).slice(0, first.length)).toEqual(first);
});

test.each<[string, string]>([
  ['a DNS label', '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'],
  ['a host name', '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$'],
  ['an image', '^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$'],
  ['anything but a line break', '^[^\\n]+$'],
  ['words', '^\\w+( \\w+)*$'],
])('there are many, short and long, like %s', (_, pattern) => {
  const texts = matching(pattern);

  expect(texts.length).toBeGreaterThan(20);
  expect(texts[0]!.length).toBeLessThan(5);
  expect(texts.at(-1)!.length).toBeGreaterThan(63);
});

test('classes give the characters first that code stumbles over', () => {
  const [first] = textsLike('^[-A-Za-z0-9_.]{4,}$');

  expect(first!.slice(0, 8)).toBe('A.-_0zab');
});

test('what only a longer text than usual matches is as long as that', () => {
  expect(matching('^sha256:[a-f0-9]{64}$')[0]).toHaveLength(71);
});
