import { hasTags, keyOf } from '../dependency.ts';
import type { Program } from '../program.ts';

/** What a value does to subcharts, in words. */
export function subchartsAbout(path: string, { dependencies = [] }: Program): string[] {
  const [first] = path.split(/[.[]/);
  const told = dependencies.flatMap((dependency) => {
    const name = keyOf(dependency);
    const switches = dependency.condition?.split(',').includes(path) === true;
    return [
      ...(switches ? [`it decides whether the subchart ${name} is there`] : []),
      ...(first === name ? [`the subchart ${name} gets it`] : []),
    ];
  });
  if (first === 'global' && dependencies.length > 0) told.push('all subcharts get it');
  if (first === 'tags' && hasTags(dependencies)) told.push('it switches subcharts on and off by their tags');
  return told;
}
