import { duration } from './amounts.ts';
import type { Report } from './report.ts';

/** As `10 of 10 gates passed in 6 min 12 s`. */
export function verdict({ gates, seconds }: Report): string {
  const passed = gates.filter(({ status }) => status === 'passed').length;
  return `${passed} of ${gates.length} gates passed in ${duration(seconds)}`;
}

/** What was validated, when and where: name and text of each. */
export function facts({ release, commit, started, quick, environment }: Report): [string, string][] {
  const { machine, tools, nodes, images } = environment;
  return [
    ['release', `${release.name} (${release.preset}), revision ${release.revision}, in namespace ${release.namespace}`],
    ['chart', `${release.chart}, appVersion ${release.appVersion}`],
    ['context', release.context],
    ['commit', `${commit.id ?? 'none'}${commit.isDirty ? ', with uncommitted changes' : ''}`],
    ['started', `${started.slice(0, 19).replace('T', ' ')} UTC`],
    ['waits', quick ? 'shortened (--quick)' : 'in full'],
    ['machine', machine],
    [
      'tools',
      Object.entries(tools)
        .map((tool) => tool.join(' '))
        .join(', '),
    ],
    ...nodes.map(({ name, kubelet, os, architecture, runtime, cpu, memory }): [string, string] => [
      `node ${name}`,
      `kubelet ${kubelet}, ${os} ${architecture}, ${runtime}, ${cpu} CPU, ${memory}`,
    ]),
    ...images.map(({ component, reference, id }): [string, string] => [`image ${component}`, `${reference} (${id})`]),
    ['values', JSON.stringify(release.values)],
  ];
}
