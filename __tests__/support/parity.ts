import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { type Manifest, type Program, writeChart } from '../../chart/index.ts';
import type { Json, JsonObject } from '../../chart/json.ts';
import { isHook } from '../../chart/manifests.ts';
import { yamlBlock } from '../../chart/yaml-writer.ts';
import { type Helm, runHelm } from './helm.ts';

/** Renders one chart for many values in few runs of Helm: an umbrella chart has it once for each case, under an alias. */
export class ManyCases {
  private constructor(
    private readonly directory: string,
    private readonly chart: string,
    private readonly version: string,
  ) {}

  /** Of a chart that is there already, or of one that is written now. */
  static async of(program: Program, chart?: string): Promise<ManyCases> {
    const directory = await mkdtemp(join(tmpdir(), 'parity-'));
    if (chart === undefined) await writeChart(program, join(directory, 'chart'));
    else await cp(chart, join(directory, 'chart'), { recursive: true });
    return new ManyCases(directory, program.name, program.version);
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  /** The objects that Helm renders for each case; all cases must be valid. */
  async render(
    helm: Helm,
    cases: readonly JsonObject[],
    release: { name: string; namespace: string },
  ): Promise<Json[][]> {
    const result = await this.#template(helm, cases, release);
    if (result.exitCode !== 0) throw new Error(`${helm.name} refuses values that manifests() takes:\n${result.stderr}`);
    const rendered: Json[][] = cases.map(() => []);
    for (const part of result.stdout.split(/^---\n(?=# Source: )/m)) {
      const index = /^# Source: umbrella\/charts\/c(\d+)\//.exec(part)?.[1];
      if (index !== undefined) rendered[Number(index)]!.push(...this.#parse(part.slice(part.indexOf('\n') + 1)));
    }
    return rendered.map((objects) => objects.filter((object) => !isHook(object)));
  }

  /** What Helm says of each case, when all are expected to be refused by the schema; undefined where it says nothing. */
  async problems(helm: Helm, cases: readonly JsonObject[]): Promise<(string | undefined)[]> {
    const { stderr } = await this.#template(helm, cases, { name: 'parity', namespace: 'default' });
    const said = new Map(stderr.split(/^(?=c\d+:$)/m).map((part) => [/^c(\d+):/.exec(part)?.[1], part]));
    return cases.map((_, i) => said.get(String(i)));
  }

  /** The words with which a rule refuses one case. */
  async failure(helm: Helm, values: JsonObject): Promise<string | undefined> {
    const { stderr } = await this.#template(helm, [values], { name: 'parity', namespace: 'default' });
    return /rules\.yaml:\d+:\d+\): ?\n([\s\S]*?)\n\nUse --debug/.exec(stderr)?.[1];
  }

  async #template(helm: Helm, cases: readonly JsonObject[], release: { name: string; namespace: string }) {
    const umbrella = await mkdtemp(join(this.directory, 'umbrella-'));
    const dependencies = cases.map((_, i) => ({
      name: this.chart,
      version: this.version,
      alias: `c${i}`,
      repository: '',
    }));
    await mkdir(join(umbrella, 'charts'));
    await cp(join(this.directory, 'chart'), join(umbrella, 'charts', this.chart), { recursive: true });
    await writeFile(
      join(umbrella, 'Chart.yaml'),
      yamlBlock({ apiVersion: 'v2', name: 'umbrella', version: '1.0.0', dependencies }),
    );
    await writeFile(
      join(umbrella, 'cases.yaml'),
      yamlBlock(Object.fromEntries(cases.map((values, i) => [`c${i}`, values]))),
    );
    const result = await runHelm(helm.path, [
      'template',
      release.name,
      umbrella,
      '--values',
      join(umbrella, 'cases.yaml'),
      '--namespace',
      release.namespace,
      '--kube-version',
      '1.34.0',
    ]);
    await rm(umbrella, { recursive: true });
    return result;
  }

  readonly #parsed = new Map<string, Json[]>();

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

/** The objects by kind and name, for a comparison that does not depend on their order. */
export function byName(objects: readonly (Json | Manifest)[]): Record<string, unknown> {
  return Object.fromEntries(
    objects.map((object) => {
      const { kind, metadata } = object as unknown as Manifest;
      return [`${kind} ${metadata.name}`, object];
    }),
  );
}
