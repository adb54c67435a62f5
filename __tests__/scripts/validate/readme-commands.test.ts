import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { readmeCommands, requireCommands } from '../../../scripts/validate/readme-commands.ts';

const README = `# It

\`\`\`console
$ npm ci && npm run synth
written
$ npm test                 # everything
\`\`\`

\`\`\`ts
$ const no = 'command';
\`\`\`

\`\`\`sh
$ npm run build -- --only backend
\`\`\`
`;

test('commands are what follows a prompt in blocks for a terminal, without comments', () => {
  expect(readmeCommands(README)).toEqual(['npm ci && npm run synth', 'npm test', 'npm run build -- --only backend']);
});

test('a command is there with options behind it, too, and not as part of another', () => {
  expect(() => requireCommands(README, ['npm ci && npm run synth', 'npm run build'])).not.toThrow();
  expect(() => requireCommands(README, ['npm run bui'])).toThrow("the README does not have 'npm run bui' any more");
});

test('the README has the commands that gate 10 tries', async () => {
  const readme = await readFile(new URL('../../../README.md', import.meta.url), 'utf8');

  expect(readmeCommands(readme)).toEqual(
    expect.arrayContaining([
      'npm ci && npm run synth',
      'npm run --silent apply',
      'npm run --silent validate -- --quick',
    ]),
  );
});
