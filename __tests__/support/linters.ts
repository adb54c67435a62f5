import { execa } from 'execa';
import { type GoTool, goTool } from './go-tool.ts';

const KUBE_SCORE: GoTool = {
  name: 'kube-score',
  version: 'v1.20.0',
  module: 'github.com/zegl/kube-score',
  package: './cmd/kube-score',
};
/** Its import path golang.stackrox.io/kube-linter is not on every module proxy; this is the same module. */
const KUBE_LINTER: GoTool = {
  name: 'kube-linter',
  version: 'v0.8.3',
  module: 'github.com/stackrox/kube-linter',
  package: './cmd/kube-linter',
};

/** Finds problems in YAML documents: each as `check: Kind name`, sorted. */
export type Linter = (yaml: string) => Promise<string[]>;

/** kube-score with its default checks. */
export async function kubeScore(): Promise<Linter> {
  const path = await goTool(KUBE_SCORE);
  return async (yaml) => {
    const objects = await lint<ScoredObject[]>(path, ['score', '--output-format', 'json', '-'], yaml);
    return objects
      .flatMap(({ type_meta, object_meta, checks }) =>
        checks
          .filter(({ skipped, grade }) => !skipped && grade < ALL_OK)
          .map(({ check }) => `${check.id}: ${type_meta.kind} ${object_meta.name}`),
      )
      .sort();
  };
}

/** kube-linter with its default checks. */
export async function kubeLinter(): Promise<Linter> {
  const path = await goTool(KUBE_LINTER);
  const args = ['lint', '--format', 'json', '--fail-if-no-objects-found', '--fail-on-invalid-resource', '-'];
  return async (yaml) => {
    const { Reports } = await lint<{ Reports: Report[] | null }>(path, args, yaml);
    return (Reports ?? [])
      .map(({ Check, Object: { K8sObject } }) => `${Check}: ${K8sObject.GroupVersionKind.Kind} ${K8sObject.Name}`)
      .sort();
  };
}

/** Grade of a check that has nothing to say; below are warnings and errors. */
const ALL_OK = 10;

interface ScoredObject {
  readonly type_meta: { readonly kind: string };
  readonly object_meta: { readonly name: string };
  readonly checks: readonly {
    readonly check: { readonly id: string };
    readonly grade: number;
    readonly skipped: boolean;
  }[];
}

interface Report {
  readonly Check: string;
  readonly Object: {
    readonly K8sObject: { readonly Name: string; readonly GroupVersionKind: { readonly Kind: string } };
  };
}

/** Both linters print JSON, and exit with 1 when they find something as well as when they cannot read. */
async function lint<T>(path: string, args: string[], input: string): Promise<T> {
  const { stdout, stderr } = await execa(path, args, { input, reject: false });
  try {
    return JSON.parse(stdout);
  } catch (cause) {
    throw new Error(`'${path}' says: ${stderr.trim()}`, { cause });
  }
}
