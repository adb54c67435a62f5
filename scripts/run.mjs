// `node scripts/run.mjs NAME [ARGUMENT...]` does what `node --import tsx scripts/NAME.ts [ARGUMENT...]` does, and starts
// in a fifth of its time: 200 modules of ours and 1,400 of packages are in few files, made when the sources have changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['chart', 'constructs', 'imports', 'scripts', 'values'];
/** Packages that read files beside their own. */
const APART = ['cdk8s', 'cdk8s-plus-28', 'constructs', 'playwright-core'];
/** For the programs that run in older bundles. */
const KEPT = 24 * 60 * 60 * 1000;

const name = process.argv[2];
const names = commands();
if (!names.includes(name)) {
  console.error(`'${name}' is no command; expected one of ${names.join(', ')}`);
  process.exit(2);
}
const source = join(ROOT, 'scripts', `${name}.ts`);
const bundles = join(ROOT, 'node_modules', '.cache', 'commands');
const bundle = join(bundles, sourcesHash());
if (!existsSync(bundle)) await makeBundle();
// As if Node had been given the command itself.
process.argv.splice(1, 2, source);
await import(pathToFileURL(join(bundle, `${name}.mjs`)).href);

/** Of all that goes into a bundle, and of the place, which is written into it. */
function sourcesHash() {
  const files = SOURCES.flatMap((directory) =>
    readdirSync(join(ROOT, directory), { recursive: true })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(directory, path)),
  );
  const hash = createHash('sha256').update(ROOT);
  for (const path of [...files.sort(), 'scripts/run.mjs', 'package.json', 'package-lock.json'])
    hash.update(`\0${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest('hex').slice(0, 16);
}

async function makeBundle() {
  const { build } = await import('esbuild');
  const unfinished = `${bundle}.${process.pid}`;
  mkdirSync(bundles, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: names.map((command) => `scripts/${command}.ts`),
    outdir: unfinished,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.12',
    external: APART,
    // For packages that are CommonJS.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    plugins: [{ name: 'keep-places', setup: keepPlaces }],
    metafile: true,
    logLevel: 'error',
  });
  const unknown = Object.keys(metafile.inputs).find(
    (path) => !path.includes('node_modules/') && !SOURCES.includes(path.split('/')[0]),
  );
  if (unknown !== undefined)
    throw new Error(`${unknown} is in none of ${SOURCES.join(', ')}: name it in scripts/run.mjs`);
  for (const other of readdirSync(bundles).map((each) => join(bundles, each))) {
    const made = statSync(other, { throwIfNoEntry: false })?.mtimeMs;
    if (made !== undefined && made < Date.now() - KEPT) rmSync(other, { recursive: true, force: true });
  }
  try {
    renameSync(unfinished, bundle);
  } catch (error) {
    // Another process was faster.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(bundle)) throw error;
  }
}

/** Those that package.json starts by this file. */
function commands() {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.values(scripts).flatMap((script) => /^node scripts\/run\.mjs (\S+)$/.exec(script)?.[1] ?? []);
}

/** Modules of ours find files by where they are themselves. */
function keepPlaces({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, ({ path }) => {
    if (path.includes(`${sep}node_modules${sep}`)) return undefined;
    const place = JSON.stringify(pathToFileURL(path).href);
    return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', place), loader: 'ts' };
  });
}
