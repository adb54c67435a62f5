import { isProgram, keyOf } from './dependency.ts';
import { ChartError } from './errors.ts';
import type { Program } from './program.ts';
import { type ObjectShape, type Shape, shapeOf } from './shape.ts';

/**
 * Checks what programs that depend on each other must not have in common: named templates are known to all charts of a
 * release, and Helm looks for the values of nested subcharts among those of the charts above, too.
 *
 * @throws ChartError for two programs of one name, and for a value that Helm would take for a nested subchart's.
 */
export function checkProgramTree(program: Program, shape: ObjectShape): void {
  const programs = new Map([[program.name, program]]);
  const visit = (parent: Program, above: readonly { name: string; shape: ObjectShape }[]) => {
    for (const dependency of parent.dependencies ?? []) {
      const key = keyOf(dependency);
      const clash = above.find((each) => Object.hasOwn(each.shape.fields, key) && !isMap(each.shape.fields[key]!));
      if (clash !== undefined) {
        throw new ChartError(
          `'${key}' is a value of ${clash.name} that is no map, and a dependency of ${parent.name} below it: Helm mixes them up; rename one`,
        );
      }
      if (!isProgram(dependency)) continue;
      const inner = dependency.program;
      if ((programs.get(inner.name) ?? inner) !== inner) {
        throw new ChartError(
          `two different programs named '${inner.name}' are in one chart, where their named templates would mix; rename one`,
        );
      }
      programs.set(inner.name, inner);
      const own = parent === program ? shape : shapeOf(parent.values);
      visit(inner, [...above, { name: parent.name, shape: own }]);
    }
  };
  visit(program, []);
}

function isMap({ kind, nullable }: Shape): boolean {
  return (kind === 'object' || kind === 'map') && !nullable;
}
