/** Why something does not get ready, or will not work. */
export interface Finding {
  /** Kubernetes' own word where there is one: ErrImageNeverPull, CrashLoopBackOff, OOMKilled, Unschedulable, ... */
  readonly code: string;
  /** As `Pod/todo-backend-abc container backend`. */
  readonly subject: string;
  /** fatal: waiting does not help. waiting: it may still get well. */
  readonly severity: 'fatal' | 'waiting';
  /** One line: what is wrong, with the values that matter. */
  readonly cause: string;
  /** Quoted lines: events, container states, logs. */
  readonly evidence: readonly string[];
  /** What to do: commands, or fields of the values. */
  readonly fix: readonly string[];
  /** A command that checks it again. */
  readonly check: string;
  readonly confidence: 'certain' | 'likely';
  /** What follows from it and is therefore no finding of its own. */
  readonly consequences: readonly string[];
  /** What it keeps from getting ready, as `Deployment/todo-backend`. Empty: nothing. */
  readonly blocks: readonly string[];
}

/** What a single subject says of a single pod or object, before what is alike is merged. */
export interface Candidate extends Omit<Finding, 'subject' | 'consequences' | 'blocks'> {
  /** As `Deployment/todo-backend`, or the object itself where there are no pods. */
  readonly workload: string;
  /** Whether the workload cannot get ready with it. */
  readonly blocking: boolean;
  /** The name of the pod that it was seen at. */
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  /** What it is about where that is not the pod, as `PersistentVolumeClaim/data-todo-db-0`. */
  readonly object?: string | undefined;
  /** What alike ones have in common besides workload and container. @default - the cause */
  readonly likeness?: string | undefined;
  /** What pods of different workloads lack together, as `Secret/todo-db-secret`. @default - nothing */
  readonly shared?: string | undefined;
  /** It may follow from what is wrong with another workload. @default false */
  readonly mayFollow?: boolean;
}
