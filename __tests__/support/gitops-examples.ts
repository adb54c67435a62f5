import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import type { JsonObject } from '../../chart/json.ts';
import type { Manifest } from '../../chart/manifests.ts';

const EXAMPLES = fileURLToPath(new URL('../../docs/gitops/', import.meta.url));

/** An example for a GitOps tool, and what it has Helm do. */
export interface GitopsExample {
  readonly name: string;
  readonly objects: readonly Manifest[];
  readonly release: { readonly name: string; readonly namespace: string };
  /** Directory of the chart, as seen from the repository's root; undefined where a registry has it. */
  readonly chart: string | undefined;
  /** Files in the chart's directory, the last one wins. */
  readonly valuesFiles: readonly string[];
  readonly values: JsonObject;
}

export async function gitopsExamples(): Promise<GitopsExample[]> {
  const names = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.yaml')).sort();
  return Promise.all(
    names.map(async (name) => {
      const documents = parseAllDocuments(await readFile(EXAMPLES + name, 'utf8'));
      const objects = documents.map((document) => document.toJS() as Manifest);
      const main = objects.find(({ kind }) => kind === 'Application' || kind === 'HelmRelease')!;
      return { name, objects, ...(main.kind === 'Application' ? ofArgoCd(main) : ofFlux(main)) };
    }),
  );
}

function ofArgoCd({ spec }: Manifest) {
  const { source, destination } = spec as ApplicationSpec;
  const { releaseName, valueFiles, valuesObject } = source.helm;
  return {
    release: { name: releaseName, namespace: destination.namespace },
    chart: source.path,
    valuesFiles: valueFiles,
    values: valuesObject,
  };
}

function ofFlux({ spec }: Manifest) {
  const { releaseName, targetNamespace, chart, values } = spec as HelmReleaseSpec;
  const path = chart?.spec.chart;
  return {
    release: { name: releaseName, namespace: targetNamespace },
    chart: path,
    // Flux has them from the repository's root.
    valuesFiles: (chart?.spec.valuesFiles ?? []).map((file) => file.replace(`${path}/`, '')),
    values,
  };
}

interface ApplicationSpec {
  readonly source: {
    readonly path: string;
    readonly helm: {
      readonly releaseName: string;
      readonly valueFiles: readonly string[];
      readonly valuesObject: JsonObject;
    };
  };
  readonly destination: { readonly namespace: string };
}

interface HelmReleaseSpec {
  readonly releaseName: string;
  readonly targetNamespace: string;
  readonly chart?: { readonly spec: { readonly chart: string; readonly valuesFiles?: readonly string[] } };
  readonly values: JsonObject;
}
