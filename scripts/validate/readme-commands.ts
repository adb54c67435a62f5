import { CommandError } from '../command-error.ts';

/** The commands that a README tells to type: lines that begin with `$ ` in its blocks, without comments. */
export function readmeCommands(text: string): string[] {
  const blocks = [...text.matchAll(/^```(?:console|sh|shell)\n([\s\S]*?)^```/gm)].map(([, block]) => block!);
  return blocks
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('$ '))
    .map((line) =>
      line
        .slice(2)
        .replace(/\s+#.*$/, '')
        .trim(),
    );
}

/** @throws CommandError where the README does not have one of them, alone or with options behind it */
export function requireCommands(text: string, commands: readonly string[]): void {
  const there = readmeCommands(text);
  const missing = commands.find((command) => !there.some((each) => each === command || each.startsWith(`${command} `)));
  if (missing !== undefined)
    throw new CommandError(
      `the README does not have '${missing}' any more; what a user does is not what is tried here`,
    );
}
