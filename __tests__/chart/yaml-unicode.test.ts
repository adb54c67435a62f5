import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { parse } from 'yaml';
import type { Json } from '../../chart/json.ts';
import { parseValuesFile } from '../../chart/values-file.ts';
import { yamlBlock } from '../../chart/yaml-writer.ts';
import { helmBinaries, runHelm } from '../support/helm.ts';

/** Each character of the basic plane but for halves of pairs, and the edges and some of the middle of the others. */
const characters = [
  ...range(0, 0xd7ff),
  ...range(0xe000, 0xffff),
  ...Array.from({ length: 16 }, (_, plane) => (plane + 1) * 0x10000).flatMap((start) => [
    ...range(start, start + 0x20),
    ...range(start + 0xf600, start + 0xf610),
    ...range(start + 0xfff0, start + 0xffff),
  ]),
].map((code) => String.fromCodePoint(code));

const texts = characters.flatMap((character) => [character, `- ${character} `]);
/** Maps of a size at which parsers still look for keys that are there twice in no time. */
const keys = chunks(characters, 500).map((chunk) => Object.fromEntries(chunk.map((character, i) => [character, i])));
const written = yamlBlock({ texts, keys });

test('every character reads back in JavaScript, by YAML 1.1 and 1.2', () => {
  for (const read of [
    () => parse(written, { version: '1.1', maxAliasCount: -1 }) as Json,
    () => parse(written, { version: '1.2' }) as Json,
    () => load(written) as Json,
    () => parseValuesFile(written, 'values.yaml') as Json,
  ])
    expect(differences(read())).toEqual([]);
});

test('every character reads back in Go, by both Helms', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'unicode-'));
  try {
    await mkdir(join(directory, 'templates'));
    await writeFile(join(directory, 'Chart.yaml'), 'apiVersion: v2\nname: unicode\nversion: 1.0.0\n');
    await writeFile(join(directory, 'templates/values.yaml'), 'kind: List\nvalues: {{ toJson .Values | b64enc }}\n');
    await writeFile(join(directory, 'texts.yaml'), written);

    for (const helm of await helmBinaries()) {
      const { stdout } = await runHelm(helm.path, ['template', directory, '--values', join(directory, 'texts.yaml')]);

      const [, encoded] = /^values: (\S+)$/m.exec(stdout) ?? [];
      expect(differences(JSON.parse(Buffer.from(encoded!, 'base64').toString()) as Json)).toEqual([]);
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});

/** The first few texts that are not what was written: a comparison of all of them takes jest minutes to print. */
function differences(read: Json): string[] {
  const found = read as { texts: string[]; keys: Record<string, number>[] };
  const wrong = texts.filter((text, i) => found.texts[i] !== text);
  const wrongKeys = keys.flatMap((map, i) =>
    Object.keys({ ...map, ...found.keys[i] }).filter((key) => map[key] !== found.keys[i]?.[key]),
  );
  const number = [texts.length, keys.length].join() === [found.texts.length, found.keys.length].join() ? [] : ['more'];
  return [...wrong.slice(0, 5), ...wrongKeys.slice(0, 5), ...number].map((text) => JSON.stringify(text));
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
