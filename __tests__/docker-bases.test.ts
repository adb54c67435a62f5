import { readdir, readFile } from 'node:fs/promises';
import { globalArguments, readBaseImages } from '../scripts/build/base-images.ts';

test('every Dockerfile has the base images of docker/bases.env as its defaults, and no other base', async () => {
  const bases = await readBaseImages('docker/bases.env');
  const names = (await readdir('docker', { withFileTypes: true })).filter((entry) => entry.isDirectory());

  const used = new Set<string>();
  for (const { name } of names) {
    const text = await readFile(`docker/${name}/Dockerfile`, 'utf8');
    const defaults = globalArguments(text);
    const froms = [...text.matchAll(/^FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/gm)];
    const stages = froms.map(([, , stage]) => stage);
    const outside = froms.map(([, from]) => from!).filter((from) => from !== 'scratch' && !stages.includes(from));

    expect({ name, defaults }).toEqual({ name, defaults: pick(bases, Object.keys(defaults)) });
    expect(outside.filter((from) => !/^\$\{?\w+\}?$/.test(from))).toEqual([]);
    for (const argument of Object.keys(defaults)) used.add(argument);
  }

  expect([...used].sort()).toEqual(Object.keys(bases).sort());
});

function pick(record: Readonly<Record<string, string>>, keys: readonly string[]) {
  return Object.fromEntries(keys.map((key) => [key, record[key]]));
}
