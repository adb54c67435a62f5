import { KEPT } from './marks.ts';

/**
 * Makes sure that nothing in templates stands for something only while compiling. What a program writes itself does not
 * have such characters, and what its schema has is escaped, so that one that is left is a bug of the compiler.
 */
export function assertPrinted(files: Iterable<readonly [path: string, text: string]>): void {
  for (const [path, text] of files) {
    const line = text.split('\n').find((each) => each.search(KEPT) !== -1);
    if (line !== undefined)
      throw new Error(`a bug of the compiler: ${path} has a mark in it that should have been printed: ${shown(line)}`);
  }
}

function shown(line: string): string {
  return line.trim().replace(KEPT, (mark) => `<U+${mark.charCodeAt(0).toString(16).toUpperCase()}>`);
}
