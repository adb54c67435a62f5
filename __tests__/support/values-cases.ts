import type { SetFlag } from '../../chart/set-flag.ts';

/** One of Helm's flags with its text. */
export type Flag = readonly [kind: SetFlag['kind'], text: string];

type Outcome = object | 'refused';

/** Texts that are legal behind `key: `. */
export const scalars: readonly string[] = [
  // Numbers, and what only looks like one.
  ...['0', '1', '-1', '+1', '-0', '-0.0', '012', '-012', '+012', '08', '09.5', '0o17', '0O17', '0o8', '0x1f', '0X1F'],
  ...['-0x1f', '0x', '0b11', '0B11', '-0b11', '0b2', '0b', '0b+1', '1_000', '1__0', '1_', '_1', '-_1', '0x_ff'],
  ...['0_8', '1_000.5', '1e3', '1E3', '1e+3', '1.5e-3', '1e', '1e3.5', '.5', '-.5', '+.5', '.5e3', '.5_0', '.5__0'],
  ...['._5', '.', '..', '1.', '1..', '1e400', '-1e400', '1e-400', '9007199254740993', '9223372036854775807'],
  ...['9223372036854775808', '18446744073709551615', '18446744073709551616', '-9223372036854775808'],
  ...['-9223372036854775809', '+9223372036854775808', '0xffffffffffffffff', '0x10000000000000000'],
  ...['0777777777777777777777777', '1,000', '1 000', '12:30:45', '1:30', '190:20:30.15', '1.2.3', '...'],
  // Dates and signs.
  ...['2001-01-01', '2001-1-1', '2001-01-01T10:00:00Z', '2001-01-01 10:00:00', '20010101', '1-2', '+', '-a', '--'],
  '+-1',
  // Words.
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'yEs', 'n', 'N', 'no', 'No', 'NO', 'nO', 'on', 'On', 'ON', 'off', 'Off', 'OFF'],
  ...['oFF', 'true', 'True', 'TRUE', 'tRue', 'false', 'False', 'FALSE', '~', 'null', 'Null', 'NULL', 'nULL', 'nil'],
  ...['none', '', '~x', '.Nan', '.iNf', 'nan', 'inf', 'Infinity', '<<', '=', '<'],
  // Text.
  ...['a b', 'a  b ', 'a#b', 'a #b', 'http://x.y:80/z?q=1#f', '---', '"012"', "'012'", '"yes"', "'~'", '""', "''"],
  ...['"a\\tb\\x41\\u00e9\\U0001F600\\e\\0"', '"\\N\\_\\L\\P"', "'it''s'"],
  // Tags.
  ...['!!str 012', '!!str', '!!str null', '! 012', '! "x"', '!local 12', '!!foo 12', '!!int 012', '!!int "0x1f"'],
  ...['!!float 1', '!!float 1.5', '!!bool yes', '!!bool "on"', '!!null ~', '!!null ""', '!!binary aGVsbG8='],
  ...['!!binary ""', '!!map x', '!<tag:yaml.org,2002:str> 1'],
  // Lists and maps.
  ...['[1, 012, yes, ~, "x", a b]', '{a: 1, "b": 2, c}', '{"a":1}', '{a:1}', '[a:b, c:d]', '[a: b]', '[]', '{}'],
  ...['[[1], [2]]', '[1,]', '{x: 1,}', '["--port=80", -x, 0.0.0.0, --y]', '!!set {a, b}', '!!omap [a: 1]', 'a\tb'],
  ...['é', '😀', '\ufeffx', 'a\u00a0b', '"x\u2028y"', "'x\u2029y'", '{b: }', '{b: , c: d}'],
];

/** Keys that do not collide once they are strings. */
export const keys: readonly string[] = [
  ...['yes', 'no', '~x', '012', '0x20', '2_000', '1.5', '1e3', '1000000.0', '123456789.125', '0.00001'],
  ...['-.5', '-0.0', '.inf', '-.inf', '2001-01-01', '9007199254740993', '9223372036854775807'],
  ...['-9223372036854775808', '""', "' '", '"a: b"', '"<<"', 'a b', 'é', '!!str 012', '!!int "7"', '__proto__'],
  ...['constructor', 'a.b/c', '"\\t"', '<'],
];

/** Whole files that both Helms read alike, or both refuse. */
export const files: readonly string[] = [
  // Without content, or not a map.
  ...['', '   ', '# c\n', '---', '--- # c\n', '---\n...\n', '~', '\ufeff', '\ufeff---\na: 1', '- a', 'text', '12'],
  ...['[]', '|\n text\n', '"a":1', 'a'],
  // Indentation, comments, line breaks, tabs.
  ...[' a: 1\n b: 2\n', 'a: 1\n b: 2\n', 'a:\n# c\n  b: 1\n    # d\n  c: 2\n', 'a: 1 # c\nb: 2# c\n', 'a : 1'],
  ...['a:1\n', 'a: 1\r\nb:\r\n  - x\r\n  - "y\r\n    z"\r\nc: |\r\n  t\r\n  u\r\n', 'a:\n- 1\n- 2\nb:\n  - 3\n'],
  ...['a:\n  - 1\n - 2\n', 'a:\n  - b: 1\n    c: 2\n  -\n    d: 3\n  - - 4\n    - 5\n', 'a: - 1', '- a\nb: 1'],
  ...['a: b: c', 'a: "b": c', 'a: b\n c: d\n', 'a:\n\tb: 1', 'a:\n  b: 1\n\tc: 2', 'a:\t1\t# c', 'a: 1\n\t\nb: 2'],
  ...['a: [1,\t2]', '\ta: 1', 'a:\n-\t1\n', '{\n\t"a": 1\n}\n'],
  // Keys.
  ...['a: 1\na: 2\n', 'a: {x: 1}\na: {z: 2}\n', 'yes: 1\non: 2\n', '0x10: 1\n020: 2\n', 'a: 1\nA: 2', '~: 1'],
  ...['[a]: 1', '{a: 1}: 2', '18446744073709551615: 1', ': 1'],
  `${'k'.repeat(1025)}: 1`,
  'a: {b\n: 1}',
  // Anchors, aliases, merge keys.
  ...['a: &x {z: 1}\nb: *x\nc: [*x, *x]\n', 'a: *x\nb: &x 1', 'a: &x 1\nb: &x 2\nc: *x\n', 'a: &x [*x]'],
  ...['a: &k key\n*k : 1\n', 'a: &x.z 1', 'a: &x\nb: *x\n', 'a: &x !!str 012\nb: *x\n', 'a: !!str &x 012\nb: *x\n'],
  ...['a: &x &z 1', 'a: &x{b: 1}', 'a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n', 'a: &x {b: 1}\nd:\n  b: 2\n  <<: *x\n'],
  ...['a: &x [{b: 1}]\n<<: *x', '<<: {a: 1}\n<<: {a: 2, b: 3}\n', '<<: [{a: 1}, {a: 2, b: 3}]', '<<: 1', '<<: [1]'],
  ...['<<: {yes: 1}\ntrue: 2', '"<<": {a: 1}', '! <<: {a: 1}', '!!str <<: {a: 1}'],
  'a: &x {<<: {b: 1}, c: 2}\nd: {<<: *x}',
  // Block scalars.
  ...['a: |\n  b\n   c\n\n  d\n', 'a: |-\n  b\n\n', 'a: |+\n  b\n\n', 'a: >\n  b\n  c\n\n  d\n   e\n  f\n'],
  ...['a: |2\n    b\n   c\n', 'a: |\n\n\n  b\n', 'a: |\nb: 1\n', 'a: |  # c\n  b\n', 'a: |x\n  b\n'],
  ...['a: |\n  b\n c\n', 'a: |\n\tb\n', 'a: |\n  b\n\tc\n', 'a: >+\n  b\n\n\nc: 1\n'],
  ...['a:\n  - |\n    a\n  - >-\n    c\n    d\n', 'a: |-\n  b', 'a: !!int |-\n  012\n', 'a: >\n\n  b\n  \n  c\n'],
  // Plain and quoted text on several lines, escapes.
  ...['a: b\n  c\n\n  d # e\n', 'a: "b\n  c\n\n  d"\n', "a: 'b\n  c'\n", 'a: "b\\\n  \\ c"\n', 'a: "b'],
  ...['a: "b\\"\nc: "d"\n', 'a: "b" c', 'a: @b', 'a: %b', 'a: *', 'a: "\\q"', 'a: "\\/"', 'a: "\\ud83d\\ude00"'],
  ...['a: "\\U00110000"', 'a: "x\n---\n"'],
  // Flow collections.
  ...['a: [\n  1,\n  2\n]\n', 'a: {\n  b: 1,\n  c: [2,\n    3]\n}\n', 'a: [1, 2', 'a: [1,,2]', 'a: [1]]', 'a: [b?c]'],
  ...['a: !{b: 1}', '{"a": {"b": [1, null, "x"]}, "c": "d"}', '{\n  "a": [\n    1,\n    {}\n  ]\n}\n'],
  // Documents.
  ...['a: 1\n---\n# c\n', 'a: 1\n---\n{}\n', '# c\n---\na: 1\n', 'a: 1\n...\nb: 2\n', '...\na: 1\n', '# c\n...\n'],
  ...['%YAML 1.2\n---\na: 1\n', '--- a\nb: 1\n', 'a: [\n---\n]\n'],
  // Characters and types.
  ...['a: \u0001', 'a: \u007f', 'a: \ufffe', '# \u0000\n', 'a: .inf', 'a: [.NaN]', 'a: !!int x', 'a: !!bool 1'],
  ...['a: !!null x', 'a: !!binary x', 'a: !!int', 'a: !!float 18446744073709551615', 'a: !x!y z', 'a: !<x'],
];

/** Files that Helm 4 and 3 read differently: no program can mean the same with both, so they are refused here. */
export const differing: readonly { readonly text: string; readonly helm4: Outcome; readonly helm3: Outcome }[] = [
  { text: 'a: 1\n---\nb: 2\n', helm4: { a: 1, b: 2 }, helm3: { a: 1 } },
  { text: '---\n---\na: 1\n', helm4: { a: 1 }, helm3: {} },
  { text: '# c\n---\n# d\n---\na: 1\n', helm4: { a: 1 }, helm3: {} },
  { text: 'a: 1\n---\n- b\n', helm4: 'refused', helm3: { a: 1 } },
  { text: 'a: 1\n---\nb: [\n', helm4: 'refused', helm3: { a: 1 } },
  { text: 'a: 1\n--- {b: 2}\n', helm4: 'refused', helm3: { a: 1 } },
  { text: '---a: 1\n', helm4: 'refused', helm3: { '---a': 1 } },
  { text: '%YAML 1.1\n---\na: 1\n', helm4: 'refused', helm3: { a: 1 } },
  { text: 'a: |\n  b', helm4: { a: 'b\n' }, helm3: { a: 'b' } },
  { text: 'a: "b\r\r\n  c"\n', helm4: { a: 'b c' }, helm3: { a: 'b\nc' } },
];

/** Files that Helm reads and that are refused here, each with its reason: the known limits. */
export const limits: readonly { readonly text: string; readonly helm: object; readonly error: RegExp }[] = [
  { text: '? a\n: b\n', helm: { a: 'b' }, error: /'\? key' is not supported/ },
  { text: '  a: 1\n b: 2\n', helm: { a: 1 }, error: /Unexpected map-value-ind|same column|Unexpected scalar/ },
  { text: '{a: 1} x\n', helm: { a: 1 }, error: /Unexpected scalar at node end/ },
  { text: 'a: "b\nc"\n', helm: { a: 'b c' }, error: /a line of it is indented too little/ },
  { text: 'a:\n  b: [\n  1\n  ]\n', helm: { a: { b: [1] } }, error: /must be sufficiently indented/ },
  { text: 'a: "b"#c\n', helm: { a: 'b' }, error: /must be separated from other tokens/ },
  { text: 'a: "it\\\'s"\n', helm: { a: "it's" }, error: /Invalid escape sequence/ },
  { text: 'a: {b:}\n', helm: { a: { 'b:': null } }, error: /put it in quotes/ },
  { text: 'a: "b\\\n\n  c"\n', helm: { a: 'b\nc' }, error: /an empty line follows an escaped line break/ },
  { text: 'a: |2\n    b\n   \n', helm: { a: '  b\n \n' }, error: /the text ends in lines of spaces/ },
  { text: 'a: "b\u0085c"\n', helm: { a: 'b c' }, error: /control character \(U\+0085\)/ },
  { text: 'a: "b \u2028 c"\n', helm: { a: 'b\u2028c' }, error: /line separator/ },
  { text: 'a: !!timestamp 2001-01-01\n', helm: { a: '2001-01-01' }, error: /!!timestamp is not supported/ },
  { text: 'a: !!binary gA==\n', helm: { a: '\ufffd' }, error: /the base64 of a text in UTF-8/ },
  { text: 'a: !b.c d\n', helm: { a: 'd' }, error: /the tag '!b.c' is not supported/ },
  { text: 'a: [!!str , 1]\n', helm: { a: ['', 1] }, error: /has no value; write one/ },
];

/** Texts that a flag takes behind `key=`. */
export const flagValues: readonly Flag[] = flagsOf({
  set: [
    ...['1', '-1', '+1', '012', '-012', '0', '00', '-0', '1.5', '1e3', '1_000', '0x1f', '', ' ', 'x y'],
    ...['9007199254740991', '-9007199254740991', '9223372036854775808', '-9223372036854775809', 'true', 'TRUE'],
    ...['tRuE', 'false', 'fal\u017fe', 'null', 'NULL', '~', 'yes', 'nil', '"1"', "'x'", 'b=c', '=', 'x\\,y'],
    ...['x\\\\y', 'x\\', '\\{x}', '\\n', 'x{1}', '😀', '{}', '{1}', '{1,x,true,null,}', '{a=b}', '{ 1, 2 }'],
    ...['{x\\,y,z\\}}', '{{x}'],
  ],
  'set-string': [...['1', 'true', 'null', '', '0x1f', 'x\\,y', '{1,true}', '"x"']],
  'set-json': [
    ...['1', '-1.5e3', '1E3', 'true', 'null', '', ' ', '"x"', ' 1 ', '[1,"b",{}]', '{"b":{"c":null}}'],
    ...['9007199254740993', '-0', '"\\ud800"', '"\\u00e9\\n"', '{"b":1,"b":2}', '{"__proto__":1}', '"a,b]"'],
    ...['[[1,[2]],{"a":"}"}]', '\u00a01'],
  ],
  'set-literal': [...['1', 'x,y=z', '{x}', 'x\\,y', '', '=', 'null', ' x ']],
  'set-file': [...['content.txt', '{content.txt,content.txt}', '']],
});

/** What {@link flags} change. */
export const flagBase = 'm: {x: 1, w: 3}\nl: [1, {x: 1}, [1], ~]\ns: text\nn: ~\ne: {}\nyes: 1\n';

/** Flags that both Helms take alike, or both refuse, over {@link flagBase}. */
export const flags: readonly Flag[] = flagsOf({
  set: [
    ...['=a', '', ',', 'a', 'a.b', 'a,b=1', 'a=1,', 'a=1,,b=2', 'a=1,b', 'a.=1', 'a.', 'a.=', '.a=1', 'a..b=1'],
    ...['a.b=1,a.c=2', 'a=1,a=2', 'a={1,2', 'a={1},b=2', 'a={1}b=2', 'a={{x},y}', 'a[2]=x', 'a[0][1]=x'],
    ...['a[1].b=x,a[0].c=y', 'a[0]={1,2}', 'a[0]=', 'a[0].b=', 'a[0].b.c=', 'a[0][0].b=', 'a[0]', 'a[0].', 'a[-1]=x'],
    ...['a[]=x', 'a[x]=1', 'a[+1]=x', 'a[01]=x', 'a[0]b=1', 'a[0],b=1', '[0]=x', 'a[65537]=x', 'a\\.b=1', 'a\\,b=1'],
    ...['a\\=b=1', 'a\\[0\\]=1', 'a\\', 'a[\\0]=x', 'a-b/c=1', '__proto__.a=1', 'constructor.b=1', 'toString=x'],
    ...['é.ü=ß', ' a=1', 'm.x=2', 'm=2', 'm.z=2', 'm.x=null', 'm..x=1', 'm[0]=1', 'l[0]=2', 'l[1].x=2', 'l[0].x=2'],
    ...['l[0].x=', 'l[1].z=', 'l[2][1]=2', 'l[0][0]=2', 'l[3][0]=2', 'l[3].x=2', 'l.x=1', 'l={}', 's.x=1', 's[0]=1'],
    ...['n.x=1', 'n[0]=1', 'e.x=1', 's=null', 'true=1'],
    ...[`${'a.'.repeat(30)}b=1`, `${'a.'.repeat(31)}b=1`],
  ],
  'set-string': [...['a.b=1,c=2', 'l[1]={1,x}', 'a']],
  'set-json': [
    ...['a=1,b=2', 'a= 1 , b=2', 'a={"b":1},c=2', 'a=1b=2', 'a={"b":1}x', 'm={"b":2}', 'm.b=[]', 'l[0]={"b":1}'],
    ...['l[9]=', 'a', 'a=x', 'a=01', 'a=1.', 'a=truex', 'a="x', 'a=[1', 'a=[1}', "a='x'", 'a=1e999', 'a=[1,]'],
  ],
  'set-literal': [...['m.x=1', 'l[0]=x', 'l[1].b[1]=x', 'a\\.b=1', 'a,b=1', 'a', 'l[0]', 'a.=1', '=']],
  'set-file': [...['m.x=content.txt,c=content.txt', 'l[1]=content.txt', 'a']],
});

/** Flags that the two Helms take differently, and what is done here. */
export const differingFlags: readonly {
  readonly flag: Flag;
  readonly helm4: Outcome;
  readonly helm3: Outcome;
  readonly ours: Outcome;
}[] = [
  { flag: ['set', 'a=1,b[0'], helm4: { a: 1 }, helm3: 'refused', ours: 'refused' },
  { flag: ['set-literal', 'a[0'], helm4: {}, helm3: 'refused', ours: 'refused' },
  { flag: ['set-json', '{"a":{"b":1}}'], helm4: { a: { b: 1 } }, helm3: 'refused', ours: { a: { b: 1 } } },
];

function flagsOf(texts: { readonly [kind in Flag[0]]: readonly string[] }): Flag[] {
  return (Object.keys(texts) as Flag[0][]).flatMap((kind) => texts[kind].map((text): Flag => [kind, text]));
}
