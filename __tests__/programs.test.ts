import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chartFiles } from '../chart/chart-files.ts';
import { smallPrograms } from './programs/all.ts';

/** Set to write the charts anew: `UPDATE_CHARTS=1 npm test -- __tests__/programs`. */
const update = process.env.UPDATE_CHARTS === '1';

test.each(smallPrograms.map((program) => [program.name, program] as const))(
  'the templates of %s are those in __tests__/programs/charts, take as many runs, and leave no code that has not run',
  async (name, program) => {
    const path = fileURLToPath(new URL(`programs/charts/${name}.txt`, import.meta.url));
    const { files, runs, codeLeft } = chartFiles(program);
    const templates = [...files]
      .filter(([file]) => file.startsWith('templates/'))
      .map(([file, text]) => `=== ${file}\n${text}`);
    const made = [`${runs} runs of build`, ...templates].join('\n');
    if (update) await writeFile(path, made);

    expect(codeLeft).toEqual([]);
    expect(made).toBe(await readFile(path, 'utf8'));
  },
);
