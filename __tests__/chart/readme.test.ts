import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { helmBinaries, runHelm } from '../support/helm.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the example in chart/README.md', () => {
  let directory: string;
  let readme: string;
  let printed: string;

  beforeAll(async () => {
    readme = await readFile(join(ROOT, 'chart/README.md'), 'utf8');
    // Beside chart/, so that its imports are found.
    await mkdir(join(ROOT, 'coverage'), { recursive: true });
    directory = await mkdtemp(join(ROOT, 'coverage', 'example-'));
    await writeFile(join(directory, 'hello.ts'), blockOf('ts').replace("'../chart/", "'../../chart/"));
    const { stdout } = await execa(process.execPath, ['--import', 'tsx', 'hello.ts'], { cwd: directory });
    printed = stdout;
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  test('is a program of thirty lines or so that runs', () => {
    expect(blockOf('ts').split('\n').length).toBeLessThan(36);
    expect(printed).toContain("kind: 'Deployment'");
    expect(printed).toContain('replicas: 3');
  });

  test('writes the template that is shown', async () => {
    const template = await readFile(join(directory, 'hello/templates/deployment.yaml'), 'utf8');

    expect(blockOf('yaml')).toBe(template);
  });

  test('writes a chart that both Helms lint and render', async () => {
    for (const helm of await helmBinaries()) {
      const lint = await runHelm(helm.path, ['lint', '--strict', join(directory, 'hello')]);
      const { stdout } = await runHelm(helm.path, [
        'template',
        'x',
        join(directory, 'hello'),
        '--set',
        'service.enabled=false',
      ]);

      expect(lint.exitCode).toBe(0);
      expect(stdout.match(/^kind: .*/gm)).toEqual(['kind: Deployment']);
    }
  });

  function blockOf(language: string): string {
    return new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'm').exec(readme)![1]!;
  }
});
