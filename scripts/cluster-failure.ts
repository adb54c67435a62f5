import { CommandError } from './command-error.ts';
import { firstLine } from './first-line.ts';
import { Interrupted } from './process.ts';

/** What the API server refuses. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** One word of Kubernetes, as `NotFound`, `Forbidden`, `Invalid`. */
  readonly reason: string;
  /** Which fields, and why. */
  readonly causes: readonly { readonly field?: string; readonly message?: string; readonly reason?: string }[];

  constructor(status: number, reason: string, message: string, causes: ApiError['causes'] = []) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.causes = causes;
  }

  /** @param text the body of the answer: a Status object, or whatever a proxy in between says */
  static from(status: number, text: string): ApiError {
    try {
      const { reason, message, details } = JSON.parse(text) as StatusObject;
      return new ApiError(status, reason ?? '', message ?? `status ${status}`, details?.causes ?? []);
    } catch {
      return new ApiError(status, '', firstLine(text) || `status ${status}`);
    }
  }
}

interface StatusObject {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: ApiError['causes'] };
}

/** No API server answers. */
export class ClusterUnreachable extends CommandError {
  constructor(context: string, server: string, cause: Error) {
    super(`the API server of context '${context}' does not answer at ${server}: ${reasonOf(cause)}`, {
      details: [`is the cluster running? Ask it with: kubectl --context ${context} get --raw /readyz`],
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network to it',
  ETIMEDOUT: 'no answer in time',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not signed by the kubeconfig’s authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by the kubeconfig’s authority',
};

function reasonOf(error: Error): string {
  return REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? firstLine(error.message);
}

/** What a refusal means for the user. Everything that is no failure of the cluster is thrown as it is. */
export function clusterFailure(doing: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  if (!(error instanceof ApiError) || error instanceof Interrupted) throw error;
  const { status, message } = error;
  if (status === 401)
    return new CommandError(`unable to ${doing}: the cluster does not accept these credentials; log in again`, {
      details: [message],
      cause: error,
    });
  if (status === 403)
    return new CommandError(`no permission to ${doing}: ${message}`, {
      details: ["ask for that permission, or see what you may do with 'kubectl auth can-i --list'"],
      cause: error,
    });
  return new CommandError(`unable to ${doing}: ${message}`, { cause: error });
}
