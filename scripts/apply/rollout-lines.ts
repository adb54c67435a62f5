import { createColors } from 'picocolors';
import type { Finding } from '../diagnosis/finding.ts';
import { wrapped } from '../wrapped.ts';
import type { PodView, RolloutView, WorkloadView } from './rollout-state.ts';

/** The live table: what each workload lacks, and a line for each pod. No line is longer than `width`. */
export function rolloutLines(view: RolloutView, width: number, colour = false): string[] {
  const { dim, green, red, yellow } = createColors(colour);
  const cut = (line: string) => (line.length <= width ? line : `${line.slice(0, width - 3)}...`);
  const names = view.workloads.map(({ name }) => name.length);
  const longest = Math.min(Math.max(...names, 8), 30);
  const lines = view.workloads.flatMap((workload) => {
    const pods = view.pods.filter((pod) => pod.workload === workload.id);
    const head = cut(`${workload.done ? '+' : ' '} ${workload.name.padEnd(longest)}  ${summary(workload)}`);
    return [
      workload.done ? green(head) : head,
      ...pods.map((pod) => {
        const line = cut(podLine(pod, workload));
        if (pod.ready) return workload.done ? dim(line) : line;
        return pod.cause === undefined ? line : red(line);
      }),
    ];
  });
  return view.away === undefined ? lines : [yellow(cut(`! ${view.away}`)), ...lines];
}

/** A finding as a paragraph: what is wrong, what shows it, what to do. */
export function findingLines(finding: Finding, width: number, colour = false): string[] {
  const { bold, dim } = createColors(colour);
  const { code, subject, cause, evidence, fix, check, consequences } = finding;
  return [
    ...wrapped(`${code}: ${subject}`, width, '', '  ').map(bold),
    ...wrapped(cause, width, '  ', '    '),
    ...evidence.flatMap((line) => wrapped(line, width, '    > ', '        ').map(dim)),
    ...consequences.flatMap((line) => wrapped(`so: ${line}`, width, '  ', '    ')),
    // Commands stay whole, so that they can be copied.
    ...fix.map((line) => `  fix: ${line}`),
    `  check: ${check}`,
  ];
}

function summary({ exists, wanted, available, updated, old, done }: WorkloadView): string {
  if (!exists) return 'is not there yet';
  if (done) return wanted === 0 ? 'has no pods, as it should' : `${available} of ${wanted} ready`;
  const parts = [`${Math.min(available, wanted)} of ${wanted} ready`];
  if (old > 0) parts.push(`${updated} new`, `${old} old ${old === 1 ? 'pod' : 'pods'} left`);
  return parts.join(', ');
}

function podLine({ name, state, ready, seconds, restarts, cause }: PodView, workload: WorkloadView): string {
  const suffix = name.startsWith(`${workload.name}-`)
    ? name
        .slice(workload.name.length + 1)
        .split('-')
        .at(-1)!
    : name;
  const restarted = restarts === 0 ? '' : `${restarts} ${restarts === 1 ? 'restart' : 'restarts'}`;
  const columns = [suffix.padEnd(6), state.padEnd(18), `${duration(seconds)}`.padStart(6), restarted];
  const line = `    ${columns.join('  ').trimEnd()}`;
  // The state says already that it is a container.
  return ready || cause === undefined ? line : `${line}  ${cause.replace(/^container \S+ /, '')}`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h`;
}
