import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NextConfig } from 'next';

const dir = import.meta.dirname;

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: dir,
  // Images are not resized here, and nothing is compiled at run time.
  outputFileTracingExcludes: { '*': ['node_modules/{sharp,@img,detect-libc,semver,typescript}/**/*', '**/*.map'] },
  images: { unoptimized: true },
  poweredByHeader: false,
  // Every page is rendered for its request: nothing is worth keeping, least of all on a read-only disk.
  cacheMaxMemorySize: 0,
  // The same source makes the same build, wherever and whenever.
  generateBuildId: () => sourceHash(['app', 'components', 'lib', 'next.config.ts', 'package-lock.json', 'proxy.ts']),
};

export default config;

function sourceHash(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf).sort())
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(dir, path)));
  return hash.digest('hex').slice(0, 20);
}

function filesOf(path: string): string[] {
  if (path.includes('.')) return [path];
  const entries = readdirSync(join(dir, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1));
}
