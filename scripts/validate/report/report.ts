import type { JsonObject } from '../../../chart/json.ts';
import type { LoadReport } from '../load/load-report.ts';

/** What report.json holds: what a validation has found, and where. */
export interface Report {
  /** Another version of this format has another name. */
  readonly schema: 'todo-infra/validation/v1';
  /** Whether all gates that ran have passed. */
  readonly ok: boolean;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly seconds: number;
  /** Whether the waits were shortened; every gate has run all the same. */
  readonly quick: boolean;
  readonly commit: Commit;
  readonly release: ValidatedRelease;
  readonly environment: Environment;
  /** Those that ran, in their order. */
  readonly gates: readonly GateReport[];
}

export interface Commit {
  /** Null outside of a repository. */
  readonly id: string | null;
  /** Whether files differ from the commit. */
  readonly isDirty: boolean;
}

export interface ValidatedRelease {
  readonly preset: string;
  readonly name: string;
  readonly namespace: string;
  readonly context: string;
  readonly revision: number;
  /** As `todo-chatbot-1.0.0`. */
  readonly chart: string;
  readonly appVersion: string;
  /** What the user has set, without what variables (extraEnv) are set to. */
  readonly values: JsonObject;
}

export interface Environment {
  /** As `linux x64, 2 CPU, 23.5 GiB`. */
  readonly machine: string;
  /** Versions by name: node, helm, kubectl, docker, minikube, kubernetes. */
  readonly tools: Readonly<Record<string, string>>;
  readonly nodes: readonly NodeReport[];
  readonly images: readonly ImageReport[];
}

export interface NodeReport {
  readonly name: string;
  /** The kubelet's version. */
  readonly kubelet: string;
  readonly os: string;
  readonly architecture: string;
  readonly runtime: string;
  /** Cores, as the API writes them. */
  readonly cpu: string;
  /** As the API writes it. */
  readonly memory: string;
}

export interface ImageReport {
  readonly component: string;
  readonly reference: string;
  /** The digest of the image's configuration. */
  readonly id: string;
}

export interface GateReport {
  /** 1 to 10. */
  readonly number: number;
  readonly name: string;
  readonly status: 'passed' | 'failed';
  /** What it is held to: one line. */
  readonly limit: string;
  /** What was measured: one line. For a failed gate, what was not met first. */
  readonly measured: string;
  readonly seconds: number;
  /** What shows it, line by line; what others have said begins with `> `. */
  readonly evidence: readonly string[];
  readonly figures: readonly Figure[];
  readonly loads: readonly LoadReport[];
}

export interface Figure {
  /** The same in every report, so that reports can be compared. */
  readonly name: string;
  readonly value: number;
  readonly unit: FigureUnit;
  /** At most this. @default - it is not judged */
  readonly limit?: number;
}

/** Empty for what is only a number. */
export type FigureUnit = 's' | 'requests' | 'pods' | 'MB' | '';
