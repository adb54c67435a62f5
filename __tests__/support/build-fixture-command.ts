import { join } from 'node:path';
import { buildCommand } from '../../scripts/build.ts';
import { testPresets } from './build-fixture.ts';

const [, , prefix, directory, ...args] = process.argv;
await buildCommand(testPresets(prefix!), args, { directory: directory!, record: join(directory!, 'record.json') });
