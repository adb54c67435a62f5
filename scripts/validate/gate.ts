import type { Minikube } from '../minikube.ts';
import type { GateRecord } from './gate-record.ts';
import type { LiveRelease } from './live-release.ts';

/** One thing that is proved about a release. */
export interface Gate {
  readonly number: number;
  readonly name: string;
  /** What it is held to: one line. */
  readonly limit: string;
  /** Whether it takes pods away or changes the release: it is asked before, where the cluster is not a local one. */
  readonly isDisruptive: boolean;
  /**
   * @returns what was measured, in one line
   * @throws CommandError, ApiError where it cannot run: then it has failed
   */
  readonly run: (work: GateWork) => Promise<string>;
}

/** What a gate gets. */
export interface GateWork {
  readonly release: LiveRelease;
  readonly record: GateRecord;
  /** Waits are short, and everything is done all the same. */
  readonly quick: boolean;
  /** Undefined where the cluster is not one of Minikube's. */
  readonly minikube: Minikube | undefined;
  readonly signal: AbortSignal;
  /** Takes away what the gate has made, after the release was brought back; also after Ctrl-C. Last one first. */
  readonly defer: (work: () => Promise<void>) => void;
  /** What goes on, for whoever waits. */
  readonly tell: (line: string) => void;
}
