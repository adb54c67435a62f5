import { timeZone } from './dates.ts';

/** A request that did not do what it should, with a sentence for the user. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** The status of the answer; 0 when there was none. */
    readonly status: number,
  ) {
    super(message);
    this.name = 'ApiError';
  }

  /** Whether the server cannot be reached: the same request may work later. */
  get away(): boolean {
    return this.status === 0 || (this.status >= 502 && this.status <= 504);
  }
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Lets the request live on when the page is left. */
  readonly keepalive?: boolean;
}

const TIMEOUT = 15_000;

/**
 * Asks the API for JSON.
 *
 * @throws ApiError, or the reason of an aborted signal
 */
export async function api<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT);
  const signal = request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]);
  const response = await send(path, { ...request, signal });
  if (response.status === 204) return undefined as T;
  try {
    return await response.json();
  } catch {
    request.signal?.throwIfAborted();
    throw new ApiError('The connection to the server was lost.', 0);
  }
}

/** As `api`, for an answer that is read as it comes. There is no limit to how long that takes. */
export async function send(path: string, { method = 'GET', body, signal, keepalive }: ApiRequest): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      signal,
      keepalive,
      credentials: 'same-origin',
      headers: {
        'X-Time-Zone': timeZone(),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted && (signal.reason as Error)?.name !== 'TimeoutError') throw error;
    throw new ApiError('The server cannot be reached.', 0);
  }
  if (!response.ok) throw new ApiError(await detailOf(response), response.status);
  return response;
}

async function detailOf(response: Response): Promise<string> {
  const body = await response.json().catch(() => undefined);
  const away = response.status >= 502 && response.status <= 504;
  return (
    sentence(body?.detail) ??
    (away ? 'The server is not ready.' : `The server answered with an error (${response.status}).`)
  );
}

/** A detail is a sentence, or what FastAPI says of fields that are not valid. */
export function sentence(detail: unknown): string | undefined {
  if (typeof detail === 'string' && detail !== '') return detail;
  if (!Array.isArray(detail) || detail.length === 0) return undefined;
  const sentences = detail.map(({ loc, msg }: { loc?: unknown[]; msg?: string }) => {
    const field = String(loc?.at(-1) ?? 'input').replaceAll('_', ' ');
    const text = (msg ?? 'is not valid').replace(/^Value error, /, '');
    return `${field.charAt(0).toUpperCase()}${field.slice(1)}: ${text}${/[.!?]$/.test(text) ? '' : '.'}`;
  });
  return sentences.join(' ');
}
