/** An HTTP probe. Times are in seconds. */
export interface ProbeProps {
  /** Path that must answer with a status of 200 to 399. */
  readonly path: string;
  /** @default 0 */
  readonly initialDelaySeconds?: number;
  /** @default 10 */
  readonly periodSeconds?: number;
  /** @default 1 */
  readonly timeoutSeconds?: number;
  /** Failures in a row that count. @default 3 */
  readonly failureThreshold?: number;
}

/** A probe of the container port named `http`. */
export function httpProbe(props: ProbeProps) {
  return {
    httpGet: { path: props.path, port: 'http' },
    initialDelaySeconds: props.initialDelaySeconds,
    periodSeconds: props.periodSeconds,
    timeoutSeconds: props.timeoutSeconds,
    failureThreshold: props.failureThreshold,
  };
}
