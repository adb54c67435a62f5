import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportJsonSchema } from './report-schema.ts';

// Run when the schema has changed: node --import tsx scripts/validate/report/write-report-schema.ts
const FILE = fileURLToPath(new URL('../../../docs/reports/report.schema.json', import.meta.url));

await mkdir(dirname(FILE), { recursive: true });
await writeFile(FILE, `${JSON.stringify(reportJsonSchema(), null, 2)}\n`);
