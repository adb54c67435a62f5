import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readReport } from '../scripts/validate/report/read-reports.ts';
import { presets } from '../values/presets.ts';

const REPORTS = fileURLToPath(new URL('../docs/reports/', import.meta.url));

test.each(presets.map(({ name }) => name))(
  'the report of %s is of all ten gates, in full, of one commit',
  async (name) => {
    const report = await readReport(`${REPORTS}${name}`);

    expect(report).toMatchObject({ ok: true, quick: false, release: { preset: name }, commit: { isDirty: false } });
    expect(report.gates.map(({ number, status }) => `${number} ${status}`)).toEqual(
      Array.from({ length: 10 }, (_, i) => `${i + 1} passed`),
    );
    expect((await readdir(`${REPORTS}${name}`)).sort()).toEqual([
      'junit.xml',
      'report.html',
      'report.json',
      'report.md',
    ]);
  },
);
