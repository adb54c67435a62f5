import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { loadAll, YAMLException } from 'js-yaml';
import { chartFiles } from '../../../chart/chart-files.ts';
import type { Program, Release } from '../../../chart/index.ts';
import type { Json, JsonObject } from '../../../chart/json.ts';
import { isHook } from '../../../chart/manifests.ts';
import { yamlBlock } from '../../../chart/yaml-writer.ts';
import { type Helm, runHelm } from '../helm.ts';

/** One chart with values for it. */
export interface ChartCase {
  readonly chart: string;
  readonly values: JsonObject;
}

/** What comes of a case: its objects, or why there are none. `taken`: it is valid, and nobody asked for the objects. */
export type Rendered =
  | { readonly objects: readonly Json[] }
  | { readonly refused: string }
  | { readonly crashed: string }
  | { readonly taken: true };

/** Many charts in one directory, rendered for many values in few runs of Helm: as subcharts of one, under aliases. */
export class Umbrella {
  #runs = 0;
  #parsed = new Map<string, Json[]>();

  private constructor(private readonly directory: string) {}

  static async of(programs: readonly Program[]): Promise<Umbrella> {
    const directory = await mkdtemp(join(tmpdir(), 'umbrella-'));
    for (const program of programs) {
      for (const [path, text] of chartFiles(program).files) {
        const file = join(directory, 'charts', program.name, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
    return new Umbrella(directory);
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  /** The directory of one chart. */
  chart(name: string): string {
    return join(this.directory, 'charts', name);
  }

  /** What Helm makes of each case. A case that fails takes more runs, in which the others are told from it. */
  async render(helm: Helm, cases: readonly ChartCase[], release: Release): Promise<Rendered[]> {
    if (cases.length === 0) return [];
    const { exitCode, stdout, stderr } = await this.#template(helm, cases, release);
    if (exitCode === 0) return this.#objectsOf(stdout, cases.length);
    if (cases.length === 1)
      return [/execution error|don't meet the specifications/.test(stderr) ? { refused: stderr } : { crashed: stderr }];
    const half = Math.ceil(cases.length / 2);
    return [
      ...(await this.render(helm, cases.slice(0, half), release)),
      ...(await this.render(helm, cases.slice(half), release)),
    ];
  }

  /** Which cases the schemas of their charts refuse. */
  async refused(helm: Helm, cases: readonly ChartCase[]): Promise<Rendered[]> {
    if (cases.length === 0) return [];
    const { stderr } = await this.#template(helm, cases, { name: 'parity', namespace: 'default' });
    const said = new Map(stderr.split(/^(?=c\d+:$)/m).map((part) => [/^c(\d+):/.exec(part)?.[1], part]));
    return cases.map((_, i) => {
      const refused = said.get(String(i));
      return refused === undefined ? { taken: true } : { refused };
    });
  }

  async #template(helm: Helm, cases: readonly ChartCase[], release: Release) {
    const umbrella = join(this.directory, `umbrella-${this.#runs++}`);
    const charts = [...new Set(cases.map(({ chart }) => chart))];
    const dependencies = cases.map(({ chart }, i) => ({
      name: chart,
      version: '1.0.0',
      alias: `c${i}`,
      repository: '',
    }));
    await mkdir(join(umbrella, 'charts'), { recursive: true });
    for (const chart of charts) await cp(this.chart(chart), join(umbrella, 'charts', chart), { recursive: true });
    await writeFile(
      join(umbrella, 'Chart.yaml'),
      yamlBlock({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0', dependencies }),
    );
    const values = join(umbrella, 'cases.yaml');
    await writeFile(values, yamlBlock(Object.fromEntries(cases.map((each, i) => [`c${i}`, each.values]))));
    const flags = ['--values', values, '--namespace', release.namespace, '--kube-version', '1.34.0'];
    const result = await runHelm(helm.path, ['template', release.name, umbrella, ...flags]);
    await rm(umbrella, { recursive: true });
    return result;
  }

  #objectsOf(stdout: string, cases: number): Rendered[] {
    const texts: string[][] = Array.from({ length: cases }, () => []);
    for (const part of stdout.split(/^---\n(?=# Source: )/m)) {
      const index = /^# Source: umbrella\/charts\/c(\d+)\//.exec(part)?.[1];
      if (index !== undefined) texts[Number(index)]!.push(part.slice(part.indexOf('\n') + 1));
    }
    return texts.map((each) => this.#read(each));
  }

  #read(texts: readonly string[]): Rendered {
    try {
      return { objects: texts.flatMap((text) => this.#parse(text)).filter((object) => !isHook(object)) };
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      return { crashed: `not readable: ${error.message}` };
    }
  }

  /** Both Helms print documents alike but for blank lines, so each text is parsed once. */
  #parse(text: string): Json[] {
    const key = text.replace(/\n{2,}/g, '\n');
    let objects = this.#parsed.get(key);
    if (objects === undefined) {
      objects = (loadAll(text) as Json[]).filter((object) => object !== null && object !== undefined);
      this.#parsed.set(key, objects);
    }
    return objects;
  }
}
