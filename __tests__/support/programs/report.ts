import { chartFiles } from '../../../chart/chart-files.ts';
import type { Json } from '../../../chart/json.ts';
import type { ProgramDescription } from './description.ts';
import { programFrom } from './from-typescript.ts';
import type { Verdict } from './trial.ts';
import { typescriptOf } from './typescript.ts';
import type { Rendered } from './umbrella.ts';

/** A failure to read: the program, what shows that it is wrong, and its templates. */
export function reportOf(description: ProgramDescription, verdict: Verdict): string {
  const program = typescriptOf(description);
  switch (verdict.is) {
    case 'equal':
      return program;
    case 'refused':
      return `${program}\n\nis refused: ${verdict.message}`;
    case 'crashed':
      return `${program}\n\nmakes the compiler crash: ${verdict.error.stack}`;
    case 'different': {
      const { values, helm, plain, rendered } = verdict.difference;
      return [
        program,
        `for the values ${JSON.stringify(values)}`,
        `build makes ${outcome(plain)}`,
        `${helm} makes ${outcome(rendered)}`,
        templatesOf(program),
      ].join('\n\n');
    }
  }
}

function outcome(rendered: Rendered): string {
  if ('objects' in rendered) return rendered.objects.map((object: Json) => JSON.stringify(object)).join('\n  ');
  return JSON.stringify(rendered);
}

function templatesOf(program: string): string {
  const { files } = chartFiles(programFrom(program));
  return [...files]
    .filter(([path]) => path.startsWith('templates/'))
    .map(([path, text]) => `# ${path}\n${text}`)
    .join('\n');
}
