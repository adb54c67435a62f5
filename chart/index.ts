export type { ChartDependency, Dependency, ImportedValues, ProgramDependency } from './dependency.ts';
export { ChartError } from './errors.ts';
export { sha256 } from './intrinsics.ts';
export { type Manifest, type ManifestsOptions, manifests } from './manifests.ts';
export {
  type Condition,
  defineProgram,
  type Maintainer,
  type Operand,
  type Program,
  type ProgramProps,
  type Release,
  type Rule,
} from './program.ts';
export { type WrittenChart, writeChart } from './write-chart.ts';
