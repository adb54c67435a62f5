'use client';

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import { ApiError, type ApiRequest, api, send } from '../lib/api.ts';
import { Connection, type ConnectionState } from '../lib/connection.ts';

export interface Backend {
  /** `api`, watched: the end of the session and of the connection are noticed. */
  readonly call: <T>(path: string, request?: ApiRequest) => Promise<T>;
  /** `send`, watched. */
  readonly stream: (path: string, request: ApiRequest) => Promise<Response>;
  readonly connection: Connection;
}

const BackendContext = createContext<Backend | undefined>(undefined);

/** Gives the components below it the API. */
export function BackendProvider({ onSessionEnd, children }: { onSessionEnd: () => void; children: ReactNode }) {
  const [connection] = useState(() => new Connection(() => api('/api/health')));
  const backend = useMemo<Backend>(() => {
    const watched = async <T,>(request: Promise<T>): Promise<T> => {
      try {
        return await request;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) onSessionEnd();
        if (error instanceof ApiError && error.away) connection.lost(error.message);
        throw error;
      }
    };
    return {
      call: (path, request) => watched(api(path, request)),
      stream: (path, request) => watched(send(path, request)),
      connection,
    };
  }, [connection, onSessionEnd]);

  useEffect(() => {
    window.addEventListener('online', connection.tryNow);
    return () => window.removeEventListener('online', connection.tryNow);
  }, [connection]);
  return <BackendContext value={backend}>{children}</BackendContext>;
}

export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (backend === undefined) throw new Error('useBackend needs a BackendProvider above it');
  return backend;
}

export function useConnection(): ConnectionState {
  const { connection } = useBackend();
  return useSyncExternalStore(connection.subscribe, connection.snapshot, connection.snapshot);
}

/** Says that the server is away, for as long as it is. */
export function ConnectionBanner() {
  const { connection } = useBackend();
  const { problem, trying } = useConnection();
  return (
    <div role="status" className="banner-place">
      {problem !== undefined && (
        <div className="banner">
          <p>
            <strong>{problem.replace(/ Try again in a moment\.$/, '')}</strong> What you type is kept, and we keep
            trying.
          </p>
          <button type="button" className="button small" onClick={connection.tryNow} aria-disabled={trying}>
            {trying ? 'Trying…' : 'Try now'}
          </button>
        </div>
      )}
    </div>
  );
}

/** What to tell the user of a request that failed; nothing, where the banner or the log-in page says it. */
export function problemOfRequest(error: unknown): string | undefined {
  if (!(error instanceof ApiError)) throw error;
  return error.status === 401 ? undefined : error.message;
}
