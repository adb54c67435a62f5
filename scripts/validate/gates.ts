import { accessGate } from './access-gate.ts';
import { buildGate } from './build-gate.ts';
import { deployGate } from './deploy-gate.ts';
import { diagnosisGate } from './diagnosis-gate.ts';
import type { Gate } from './gate.ts';
import { healthGate } from './health-gate.ts';
import { recoveryGate } from './recovery-gate.ts';
import { reproducibilityGate } from './reproducibility-gate.ts';
import { rollbackGate } from './rollback-gate.ts';
import { scalingGate } from './scaling-gate.ts';
import { upgradeGate } from './upgrade-gate.ts';

/** All of them, in the order in which they run. */
export const GATES: readonly Gate[] = [
  buildGate,
  deployGate,
  healthGate,
  accessGate,
  scalingGate,
  recoveryGate,
  upgradeGate,
  rollbackGate,
  diagnosisGate,
  reproducibilityGate,
];
