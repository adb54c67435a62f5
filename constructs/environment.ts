/** One environment variable: a value, or where it comes from. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string | null;
  /** An EnvVarSource, as Kubernetes writes it. */
  readonly valueFrom?: unknown;
}

/** A container's `env`. */
export function environment(variables: readonly EnvVar[]) {
  return variables.map(({ name, value, valueFrom }) => ({
    name,
    value: value ?? undefined,
    valueFrom: valueFrom ?? undefined,
  }));
}
