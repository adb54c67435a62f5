import type { Choice } from './choice.ts';
import { and, type Condition, conditionFor, decide } from './condition.ts';
import { ChartError } from './errors.ts';
import type { Explorer } from './explore.ts';
import { goString, type Position } from './expression.ts';
import type { Json } from './json.ts';
import { agrees, type Known } from './known.ts';
import { place } from './loops.ts';
import { hasMark } from './marks.ts';
import { combinationsOf, rowFor, type Slot } from './skeleton.ts';

const API =
  /^(?<version>([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?v[0-9]+((alpha|beta)[0-9]+)?)(?<kind>\/[A-Z][A-Za-z0-9]*)?$/;

/** Groups that `helm template` takes for granted, besides the one of `v1`. */
export const KUBERNETES_GROUPS: ReadonlySet<string> = new Set([
  ...['admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apps', 'authentication.k8s.io', 'authorization.k8s.io'],
  ...['autoscaling', 'batch', 'certificates.k8s.io', 'coordination.k8s.io', 'discovery.k8s.io', 'events.k8s.io'],
  ...['extensions', 'flowcontrol.apiserver.k8s.io', 'internal.apiserver.k8s.io', 'lifecycle.k8s.io'],
  ...['networking.k8s.io', 'node.k8s.io', 'policy', 'rbac.authorization.k8s.io', 'resource.k8s.io'],
  ...['scheduling.k8s.io', 'storage.k8s.io', 'storagemigration.k8s.io'],
]);

/** @throws ChartError for what is no API, and for one of Kubernetes' own that `helm template` always has. */
export function checkOptionalApis(apis: readonly string[]): void {
  checkApis(apis, 'optionalApis');
  for (const api of apis) {
    if (isKindOf(api) || !isOfKubernetes(api)) continue;
    throw new ChartError(
      `optionalApis: '${api}' is one of Kubernetes' own, which helm template takes for granted; name the kind too, as in ${api}/Kind`,
    );
  }
}

/** @throws ChartError for what is neither `group/version` nor `group/version/Kind`. */
export function checkApis(apis: readonly string[], option: string): void {
  const wrong = apis.find((api) => !API.test(api));
  if (wrong !== undefined) {
    throw new ChartError(`${option}: '${wrong}' is no API; expected group/version or group/version/Kind`);
  }
}

/** The API that has to be there for an object of this kind; undefined where none has to. */
export function optionalApiOf(apis: readonly string[], apiVersion: Json, kind: Json): string | undefined {
  return [`${apiVersion}/${kind}`, `${apiVersion}`].find((api) => apis.includes(api));
}

/** Finds the guards of documents whose API a cluster need not have. */
export class OptionalApis {
  readonly #met = new Set<string>();

  constructor(
    private readonly apis: readonly string[],
    private readonly explorer: Explorer,
  ) {}

  /** When a document's API is there, at a place where the document is; undefined where it always is. */
  guard(document: Slot, at: Position, known: readonly Known[]): Condition | undefined {
    if (this.apis.length === 0) return undefined;
    const parts = ['apiVersion', 'kind'].map((key) => document.children.find((child) => child.key === key));
    const ids = [...this.explorer.choices.keys()].filter((id) => parts.some((part) => part?.deps.includes(id)));
    const cases = combinationsOf(ids, this.explorer)
      .filter((options) => known.every((fact) => agrees(fact, { options })))
      .flatMap((options) => {
        const [apiVersion, kind] = parts.map((part) => leafOf(part, options, this.explorer));
        if (apiVersion === undefined || kind === undefined) return [];
        return [{ options, result: this.#apiOf(apiVersion, kind, document) }];
      });
    const choices = ids.map((id) => this.explorer.choices.get(id)!);
    return guardOf(cases, choices, at);
  }

  /** @throws ChartError for an API that no document was guarded by. */
  refuseUnused(): void {
    const unused = this.apis.find((api) => !this.#met.has(api));
    if (unused === undefined) return;
    const others = [...this.#met].filter((api) => !isOfKubernetes(api)).sort();
    throw new ChartError(
      `optionalApis: no object is of '${unused}'; the program has ${others.join(', ') || "only Kubernetes' own APIs"}`,
    );
  }

  /** '' where none is needed. */
  #apiOf(apiVersion: Json, kind: Json, document: Slot): string {
    if (hasMark(`${apiVersion}${kind}`)) {
      throw new ChartError(
        `${place(document)} has an apiVersion or kind that is a value, so nobody knows whether it is one of optionalApis; use an enum`,
      );
    }
    const api = optionalApiOf(this.apis, apiVersion, kind);
    this.#met.add(api ?? `${apiVersion}/${kind}`);
    return api ?? '';
  }
}

function leafOf(part: Slot | undefined, options: ReadonlyMap<string, number>, explorer: Explorer): Json | undefined {
  const value = part === undefined ? undefined : rowFor(part, options, explorer).value;
  return value?.kind === 'leaf' ? value.json : undefined;
}

type ApiCase = { readonly options: ReadonlyMap<string, number>; readonly result: string };

function guardOf(cases: readonly ApiCase[], choices: readonly Choice[], at: Position): Condition | undefined {
  const decision = decide(cases, choices, (api) => api);
  const ways: Condition[] = [];
  for (const api of new Set(cases.map(({ result }) => result))) {
    const when = conditionFor(decision, (result) => result === api);
    const served = api === '' ? [] : [isServed(api, at)];
    const conditions = typeof when === 'boolean' ? served : [when, ...served];
    if (conditions.length === 0) return undefined;
    ways.push(and(conditions));
  }
  return ways.length === 1 ? ways[0] : { op: 'or', of: ways };
}

function isServed(api: string, at: Position): Condition {
  return { op: 'go', text: `${at.open.length > 0 ? '$' : ''}.Capabilities.APIVersions.Has ${goString(api)}` };
}

function isKindOf(api: string): boolean {
  return API.exec(api)?.groups?.kind !== undefined;
}

function isOfKubernetes(api: string): boolean {
  const version = API.exec(api)?.groups?.version ?? api;
  return !version.includes('/') || KUBERNETES_GROUPS.has(version.split('/')[0]!);
}
