import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { YAMLException } from 'js-yaml';
import { isObject, type Json, type JsonObject } from '../json.ts';
import type { Program, Release } from '../program.ts';
import { writeChart } from '../write-chart.ts';
import { yamlBlock } from '../yaml-writer.ts';
import { type HelmResult, runHelm } from './helm-process.ts';
import { readObjects } from './kubernetes-yaml.ts';
import { constructsIn } from './template-constructs.ts';

/** What Helm makes of one case. */
export interface Rendering {
  /** Hooks are among them. */
  readonly objects: readonly Json[];
  /** The text of NOTES.txt, where the chart has one. */
  readonly notes?: string;
  /** Why what it prints is no YAML. */
  readonly unreadable?: string;
}

/** Helm renders nothing. */
export class HelmRefusal extends Error {
  constructor(
    /** What Helm says. */
    readonly stderr: string,
    /** The case that it says it of, where it tells. */
    readonly index?: number,
  ) {
    super(stderr);
  }
}

/** Renders one chart for many values in few runs of Helm: an umbrella chart has it once for each case, under an alias. */
export class ManyCases {
  private constructor(
    private readonly directory: string,
    /** How often the chart's templates have each of the constructs that templates are made of. */
    readonly constructs: ReadonlyMap<string, number>,
    private readonly chart: string,
    private readonly version: string,
  ) {}

  /** How often a case was given to a Helm. */
  renders = 0;

  /** Of a chart that is there already, or of one that is written now. */
  static async of(program: Program, chart?: string): Promise<ManyCases> {
    const directory = await mkdtemp(join(tmpdir(), 'chart-testing-'));
    const copy = join(directory, 'chart');
    if (chart === undefined) await writeChart(program, copy);
    else await cp(chart, copy, { recursive: true });
    const constructs = await constructsIn(copy, program);
    if (program.notes !== undefined) await writeFile(join(copy, 'templates', NOTES_FILE), NOTES_OBJECT);
    return new ManyCases(directory, constructs, program.name, program.version);
  }

  async close(): Promise<void> {
    await rm(this.directory, { recursive: true });
  }

  /**
   * What Helm renders for each case; all of them must be valid.
   *
   * @throws HelmRefusal
   */
  async render(
    helm: string,
    cases: readonly JsonObject[],
    release: Release,
    apiVersions: readonly string[] = [],
  ): Promise<Rendering[]> {
    const { stdout, stderr, exitCode } = await this.#template(helm, cases, release, apiVersions);
    if (exitCode !== 0) throw new HelmRefusal(stderr, refusedCase(stderr));
    const parts: string[][] = cases.map(() => []);
    for (const part of stdout.split(/^---\n(?=# Source: )/m)) {
      const index = /^# Source: umbrella\/charts\/c(\d+)\//.exec(part)?.[1];
      if (index !== undefined) parts[Number(index)]!.push(part.slice(part.indexOf('\n') + 1));
    }
    return parts.map((texts) => this.#read(texts));
  }

  /** What Helm says of each case, when all are expected to be refused by the schema; undefined where it says nothing. */
  async problems(helm: string, cases: readonly JsonObject[]): Promise<(string | undefined)[]> {
    const { stderr, exitCode } = await this.#template(helm, cases);
    if (exitCode !== 0 && !stderr.includes(SCHEMA_ERROR)) {
      // Something else came before the schema, such as a text in place of a subchart's values, and hides the other cases.
      if (cases.length === 1) return [stderr];
      const half = Math.ceil(cases.length / 2);
      return [...(await this.problems(helm, cases.slice(0, half))), ...(await this.problems(helm, cases.slice(half)))];
    }
    const said = new Map(stderr.split(/^(?=c\d+:$)/m).map((part) => [/^c(\d+):/.exec(part)?.[1], part]));
    return cases.map((_, i) => said.get(String(i)));
  }

  /** The words with which rules refuse one case. */
  async failure(helm: string, values: JsonObject): Promise<string | undefined> {
    const { stderr } = await this.#template(helm, [values]);
    return /rules\.yaml:\d+:\d+\): ?\n([\s\S]*?)\n\nUse --debug/.exec(stderr)?.[1];
  }

  async #template(
    helm: string,
    cases: readonly JsonObject[],
    release: Release = { name: 'law', namespace: 'default' },
    apiVersions: readonly string[] = [],
  ): Promise<HelmResult> {
    this.renders += cases.length;
    const umbrella = await mkdtemp(join(this.directory, 'umbrella-'));
    const common = { name: this.chart, version: this.version, repository: '' };
    const dependencies = cases.map((_, i) => ({ ...common, alias: `c${i}` }));
    const values = join(umbrella, 'cases.yaml');
    await mkdir(join(umbrella, 'charts'));
    await cp(join(this.directory, 'chart'), join(umbrella, 'charts', this.chart), { recursive: true });
    const chart = { apiVersion: 'v2', name: 'umbrella', version: '1.0.0', dependencies };
    await writeFile(join(umbrella, 'Chart.yaml'), yamlBlock(chart));
    await writeFile(values, yamlBlock(Object.fromEntries(cases.map((each, i) => [`c${i}`, each]))));
    const cluster = ['--kube-version', KUBERNETES, ...apiVersions.flatMap((each) => ['--api-versions', each])];
    const where = ['--namespace', release.namespace, ...cluster];
    const result = await runHelm(helm, ['template', release.name, umbrella, '--values', values, ...where]);
    await rm(umbrella, { recursive: true });
    return result;
  }

  #read(texts: readonly string[]): Rendering {
    try {
      return withNotes(texts.flatMap((text) => this.#parse(text)));
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      return { objects: [], unreadable: error.message };
    }
  }

  readonly #parsed = new Map<string, Json[]>();

  /** Helms print documents alike but for blank lines, so each text is parsed once. */
  #parse(text: string): Json[] {
    const key = text.replace(/\n{2,}/g, '\n');
    let objects = this.#parsed.get(key);
    if (objects === undefined) {
      if (this.#parsed.size > MOST_PARSED) this.#parsed.clear();
      objects = readObjects(text);
      this.#parsed.set(key, objects);
    }
    return objects;
  }
}

/** Texts that are remembered: enough for a batch. */
const MOST_PARSED = 5000;
const SCHEMA_ERROR = "values don't meet the specifications of the schema";
/** What charts are rendered for: newer than what any of them asks for. */
const KUBERNETES = '1.34.0';
const NOTES_FILE = 'notes-of-the-case.yaml';
/** `helm template` does not print NOTES.txt: an object beside those of the chart does. */
const NOTES_OBJECT = `apiVersion: chart.testing/v1
kind: Notes
metadata:
  name: notes
text: {{ include (print .Template.BasePath "/NOTES.txt") . | b64enc | quote }}
`;

function withNotes(all: readonly Json[]): Rendering {
  const notes = all.find((object) => isObject(object) && object.apiVersion === 'chart.testing/v1') as JsonObject;
  if (notes === undefined) return { objects: all };
  const text = Buffer.from(notes.text as string, 'base64').toString();
  return { objects: all.filter((object) => object !== notes), notes: text };
}

function refusedCase(stderr: string): number | undefined {
  const [, rendered, checked] = /umbrella\/charts\/c(\d+)\/|^c(\d+):$/m.exec(stderr) ?? [];
  const index = rendered ?? checked;
  return index === undefined ? undefined : Number(index);
}
