import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import { type Program, writeChart } from '../../chart/index.ts';
import type { Json } from '../../chart/json.ts';
import { isHook } from '../../chart/manifests.ts';
import { type Helm, runHelm } from './helm.ts';
import { byName } from './parity.ts';

/** What tests install as. */
export const RELEASE = { name: 'my-release', namespace: 'space' };

/** A temporary directory with charts in it, which Helm renders one by one, as a user does. */
export class ChartDirectory {
  private constructor(readonly path: string) {}

  static async make(): Promise<ChartDirectory> {
    return new ChartDirectory(await mkdtemp(join(tmpdir(), 'charts-')));
  }

  async close(): Promise<void> {
    await rm(this.path, { recursive: true });
  }

  /** Writes a program's chart into a directory below. */
  async chart(program: Program, name: string = program.name): Promise<void> {
    await writeChart(program, join(this.path, name));
  }

  /** Writes a file below. */
  async file(name: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.path, name)), { recursive: true });
    await writeFile(join(this.path, name), text);
  }

  /** The objects that Helm renders, hooks aside, by kind and name. Fails with what Helm says. */
  async objects(helm: Helm, chart: string, ...flags: readonly string[]): Promise<Record<string, unknown>> {
    const { stdout, stderr, exitCode } = await this.template(helm, chart, ...flags);
    if (exitCode !== 0) throw new Error(`${helm.name}: ${stderr}`);
    const objects = (loadAll(stdout) as (Json | undefined)[]).filter((each) => each !== null && each !== undefined);
    return byName(objects.filter((object) => !isHook(object)));
  }

  /** `helm template` in the directory. */
  async template(helm: Helm, chart: string, ...flags: readonly string[]) {
    const release = [RELEASE.name, chart, '--namespace', RELEASE.namespace, '--kube-version', '1.34.0'];
    return runHelm(helm.path, ['template', ...release, ...flags], { cwd: this.path });
  }
}
