import { diagnose } from '../../scripts/diagnosis/diagnose.ts';
import type { Finding } from '../../scripts/diagnosis/finding.ts';
import type { Snapshot } from '../../scripts/diagnosis/snapshot.ts';

/** All that a diagnosis says, one line for each thing. */
export function findingsText(snapshot: Snapshot): string {
  return diagnose(snapshot).map(findingText).join('\n');
}

function findingText(finding: Finding): string {
  const { code, subject, severity, confidence, cause, evidence, fix, check, consequences, blocks } = finding;
  const lines = [
    `${code}: ${subject}`,
    `${severity}, ${confidence}, ${blocks.length === 0 ? 'blocks nothing' : `blocks ${blocks.join(' and ')}`}`,
    cause,
    ...evidence.map((line) => `> ${line}`),
    ...consequences.map((line) => `so: ${line}`),
    ...fix.map((line) => `fix: ${line}`),
    `check: ${check}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
