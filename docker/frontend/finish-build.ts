import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// Completes what `next build` writes: the files that browsers load, and the same bytes for the same source.

const dir = import.meta.dirname;
const standalone = join(dir, '.next/standalone');

cpSync(join(dir, '.next/static'), join(standalone, '.next/static'), { recursive: true });
if (existsSync(join(dir, 'public'))) cpSync(join(dir, 'public'), join(standalone, 'public'), { recursive: true });

// Next.js makes new random keys for draft mode and server actions in each build. There are neither here, so the keys protect nothing:
// made from the build id instead, they no longer keep two builds of the same source from being equal.
const manifest = (name: string) => join(standalone, '.next', name);
const read = (name: string) => readFileSync(manifest(name), 'utf8');
const { previewModeId, previewModeSigningKey, previewModeEncryptionKey } = JSON.parse(
  read('server/preview-props.json'),
);
const { encryptionKey, node, edge } = JSON.parse(read('server/server-reference-manifest.json'));
if (Object.keys({ ...node, ...edge }).length > 0) throw new Error('There is a server action: its key must stay random');

const derived = (name: string) =>
  createHash('sha256')
    .update(`${name} ${read('BUILD_ID')}`)
    .digest();
const replacements: readonly (readonly [string, string])[] = [
  [previewModeId, derived('previewModeId').toString('hex').slice(0, 32)],
  [previewModeSigningKey, derived('previewModeSigningKey').toString('hex')],
  [previewModeEncryptionKey, derived('previewModeEncryptionKey').toString('hex')],
  [encryptionKey, derived('encryptionKey').toString('base64')],
];
for (const name of [
  'prerender-manifest.json',
  'server/preview-props.json',
  'server/server-reference-manifest.js',
  'server/server-reference-manifest.json',
]) {
  const text = replacements.reduce((text, [from, to]) => text.replaceAll(from, to), read(name));
  writeFileSync(manifest(name), text);
}
