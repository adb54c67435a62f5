import pc from 'picocolors';
import { wrapped } from '../wrapped.ts';
import type { BuildResult, BuiltImage } from './build-images.ts';
import type { Gate } from './gates.ts';

const WIDTH = 80;
// picocolors also takes the variable CI for a terminal; what is piped stays plain.
const COLORS = pc.createColors(process.stdout.isTTY === true && pc.isColorSupported);

/** What was built, as text for people: for each image what it is called and a table of its gates. */
export function reportText({ images, pushed, ok }: BuildResult, now: Date, colors = COLORS): string {
  const lines = images.flatMap((image) => [...imageLines(image, now, colors), '']);
  for (const { reference, digest } of pushed) lines.push(`pushed ${reference}`, `  ${digest}`);
  if (pushed.length > 0) lines.push('');
  const failed = images.filter(({ passed }) => !passed);
  lines.push(ok ? colors.green('all gates passed') : colors.red(`${failed.map(describe).join(', ')} failed`));
  return lines.join('\n');
}

/** The same for machines: one JSON document. */
export function reportJson(result: BuildResult): string {
  return JSON.stringify({ ok: result.ok, images: result.images, pushed: result.pushed }, null, 2);
}

function describe({ name, platform, gates }: BuiltImage): string {
  return `${name} (${platform}): ${gates
    .filter(({ passed }) => !passed)
    .map(({ name }) => name)
    .join(', ')}`;
}

function imageLines(image: BuiltImage, now: Date, colors: typeof COLORS): string[] {
  const { name, platform, outcome, seconds, id, tags, gates, passed, measuredAt } = image;
  const what = outcome === 'built' ? `built in ${seconds.toFixed(1)} s` : 'unchanged';
  const before = now.getTime() - measuredAt.getTime() > 60_000 ? `, measured ${day(measuredAt)}` : '';
  return [
    `${colors.bold(name)} ${platform}: ${what}${before}`,
    `  ${id}`,
    ...tags.map((tag) => `  ${tag}`),
    ...table(gates, colors),
    ...(passed ? [] : [colors.red('  keeps no tag of a preset before it passes')]),
  ];
}

function table(gates: readonly Gate[], colors: typeof COLORS): string[] {
  const nameWidth = Math.max(...gates.map(({ name }) => name.length));
  const measuredWidth = Math.max(...gates.map(({ measured }) => measured.length));
  return gates.flatMap(({ name, measured, limit, passed, advice, details = [] }) => {
    const mark = passed ? colors.green('✓') : colors.red('✗');
    const row = `  ${mark} ${name.padEnd(nameWidth)}  ${measured.padEnd(measuredWidth)}  ${colors.dim(limit)}`;
    const more = [...details, ...(advice === undefined ? [] : [advice])].flatMap((text) => wrapped(text, WIDTH - 6));
    return [row, ...more.map((line) => `      ${line}`)];
  });
}

/** For example `2026-11-21 07:40`, in UTC. */
function day(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
