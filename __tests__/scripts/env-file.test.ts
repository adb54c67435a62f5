import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { parseEnvFile, readEnvFile, tryReadEnvFile } from '../../scripts/env-file.ts';
import { TemporaryDirectory } from '../support/temporary-directory.ts';

test.each([
  ['A=x', 'x'],
  ['A=', ''],
  ['  export A = x y  ', 'x y'],
  ['\tA\t=\tx\t', 'x'],
  ['\t\n\t# nothing\nA=x', 'x'],
  ['A=x # a comment', 'x'],
  ['A="x # y" # a comment', 'x # y'],
  ["A='x\\ny'", 'x\\ny'],
  ["A=it's", "it's"],
  ['A=`x`', 'x'],
  ['A=x=y==', 'x=y=='],
  ['A=postgresql://u:p%23@db:5432/n?sslmode=require', 'postgresql://u:p%23@db:5432/n?sslmode=require'],
  ['A=$B', '$B'],
  ['\uFEFFA=x\r\n', 'x'],
])('%j is %j', (text, expected) => {
  expect(parseEnvFile('.env', text)).toEqual({ path: '.env', values: { A: expected }, doubts: [] });
});

test.each([
  ['A=x#y', 'A', "line 1 of .env, A: a '#' outside of quotes may begin a comment; put the value into single quotes"],
  ['A=#', 'A', "line 1 of .env, A: a '#' outside of quotes may begin a comment; put the value into single quotes"],
  ['A="x', 'A', 'line 1 of .env, A: the quote " does not end in its line'],
  ["A='x'y", 'A', 'line 1 of .env, A: there is something behind the quotes'],
  ['A="x\\ny"', 'A', 'line 1 of .env, A: a backslash in double quotes; put the value into single quotes'],
  ['A', 'A', 'line 1 of .env is not NAME=value'],
  ['A: x', 'A', 'line 1 of .env is not NAME=value'],
  ['export A B=x', 'A', 'line 1 of .env is not NAME=value'],
  ['1A=x', '1A', 'line 1 of .env is not NAME=value'],
  ['=x', undefined, 'line 1 of .env is not NAME=value'],
])('%j is doubted', (text, name, message) => {
  expect(parseEnvFile('.env', text)).toEqual({
    path: '.env',
    values: {},
    doubts: [name === undefined ? { message } : { name, message }],
  });
});

test('a doubted line does not swallow the ones after it', () => {
  const { values, doubts } = parseEnvFile('.env', '# first\n\nA="x\nB=y"\nA=z\nC=1\nC=2');

  expect(values).toEqual({ A: 'z', B: 'y"', C: '1' });
  expect(doubts.map(({ message }) => message)).toEqual([
    'line 3 of .env, A: the quote " does not end in its line',
    'C is in lines 6 and 7 of .env; expected one',
  ]);
});

// Of names, node 20 has odd ideas: '#', and line breaks in them.
test("a value that is not doubted is what node's own reader finds in the whole file", () => {
  const piece = fc.constantFrom('A', '=', ' ', '"', "'", '`', '#', ' #', '\\', '\\n', 'x', ':', '$', 'é');
  const value = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));

  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), (all) => {
      const text = all.map((value, i) => `NAME_${i}=${value}`).join('\n');
      const { values, doubts } = parseEnvFile('.env', text);
      if (doubts.length === 0) expect(values).toEqual({ ...parseEnv(text) });
    }),
    { numRuns: 50_000 },
  );
});

test('a doubt never says the value', () => {
  for (const line of ['A="hunter2', "A='hunter2'x", 'A=hunter2#x', 'A hunter2', 'A="hunter2\\n"', 'A=1\nA=hunter2'])
    expect(JSON.stringify(parseEnvFile('.env', line).doubts)).not.toContain('hunter2');
});

describe('a file', () => {
  let directory: TemporaryDirectory;
  beforeEach(async () => {
    directory = await TemporaryDirectory.create({ '.env': 'A=x\n' });
  });
  afterEach(() => directory.remove());

  test('is read', async () => {
    const path = `${directory.path}/.env`;

    expect(await readEnvFile(path)).toEqual({ path, values: { A: 'x' }, doubts: [] });
  });

  test('that is not there is undefined, or one line', async () => {
    const path = `${directory.path}/other.env`;

    expect(await tryReadEnvFile(path)).toBeUndefined();
    await expect(readEnvFile(path)).rejects.toThrow(`unable to read '${path}': there is no such file`);
  });

  test('that cannot be read is one line', async () => {
    await expect(tryReadEnvFile(directory.path)).rejects.toThrow(
      `unable to read '${directory.path}': EISDIR: illegal operation on a directory, read`,
    );
  });
});
