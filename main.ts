import { credentialsNeeded, todoProgram } from './scripts/programs.ts';
import { synthCommand } from './scripts/synth.ts';
import { presets } from './values/presets.ts';

// Each preset becomes dist/<preset>/: a Helm chart, and plain manifests for its defaults and for each profile.
await synthCommand(
  presets.map((preset) => ({ program: todoProgram(preset), namespace: preset.namespace, needs: credentialsNeeded })),
  process.argv.slice(2),
);
