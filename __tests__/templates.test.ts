import { chartFiles } from '../chart/chart-files.ts';
import { manifests } from '../chart/index.ts';
import { isHook } from '../chart/manifests.ts';
import { yamlDocuments } from '../chart/yaml-writer.ts';
import { programs } from '../scripts/programs.ts';

describe.each(programs.map((program) => [program.name, program] as const))('the templates of %s', (name, program) => {
  const templates = [...chartFiles(program).files].filter(([path]) => path.startsWith('templates/'));

  test('have no line over 160 characters', () => {
    const long = templates.flatMap(([path, text]) =>
      text
        .split('\n')
        .filter((line) => line.length > 160)
        .map((line) => `${path}: ${line}`),
    );

    expect(long).toEqual([]);
  });

  test('are at most 2.5 times as long as the plain manifests that they print', () => {
    // Hooks, NOTES.txt and raw templates print nothing that is in the plain manifests.
    const raw = Object.keys(program.templates ?? {}).map((file) => `templates/${file}`);
    const printing = templates.filter(
      ([path]) => !path.startsWith('templates/tests/') && path !== 'templates/NOTES.txt' && !raw.includes(path),
    );
    const objects = manifests(program, { release: { name, namespace: 'default' } });

    const size = printing.reduce((sum, [, text]) => sum + text.length, 0);

    expect(objects.some((object) => isHook(object as never))).toBe(false);
    expect(size / yamlDocuments(objects as never).length).toBeLessThanOrEqual(2.5);
  });

  test('print no block of more than five lines twice', () => {
    const blocks = templates.flatMap(([path, text]) =>
      blocksOf(text)
        .filter(({ key, lines }) => lines.length > 5 && !['metadata', 'spec', 'template'].includes(key))
        .map(({ lines }) => ({ path, text: lines.join('\n') })),
    );
    const twice = blocks.filter(({ text }, i) => blocks.findIndex((other) => other.text === text) < i);

    expect(blocks.length).toBeGreaterThan(10);
    expect(twice).toEqual([]);
  });
});

/** What stands below each key, without indentation. */
function blocksOf(text: string): { key: string; lines: string[] }[] {
  const lines = text.split('\n');
  const depth = (line: string) => /^ */.exec(line)![0].length;
  return lines.flatMap((line, i) => {
    const key = /^ *(?:- )?([\w./-]+):$/.exec(line)?.[1];
    if (key === undefined) return [];
    const end = lines.findIndex((other, j) => j > i && depth(other) <= depth(line));
    return [{ key, lines: lines.slice(i + 1, end === -1 ? undefined : end).map((each) => each.slice(depth(line))) }];
  });
}
