'use client';

import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import type { User } from '../lib/todo.ts';
import { BackendProvider, ConnectionBanner, problemOfRequest, useBackend, useConnection } from './backend.tsx';
import { ChatPanel } from './chat-panel.tsx';
import { LogIn } from './log-in.tsx';
import { ToastProvider, useToast } from './toasts.tsx';
import { TodoPanel } from './todo-panel.tsx';

type Session =
  | { readonly status: 'unknown' }
  | { readonly status: 'in'; readonly user: User }
  | { readonly status: 'out'; readonly notice?: string; readonly email?: string };

/** What was typed and not sent yet. It outlives the end of a session. */
export interface Drafts {
  title: string;
  message: string;
}

const SESSION_ENDED = 'Your session has ended. Log in again to go on where you were.';

/** The whole application: the log-in, or the todos with the chat beside them. */
export function TodoApp({ mayHaveSession }: { mayHaveSession: boolean }) {
  const [session, setSession] = useState<Session>(mayHaveSession ? { status: 'unknown' } : { status: 'out' });
  const onSessionEnd = useCallback(() => {
    setSession((session) => {
      if (session.status === 'in') return { status: 'out', notice: SESSION_ENDED, email: session.user.email };
      return session.status === 'unknown' ? { status: 'out', notice: SESSION_ENDED } : session;
    });
  }, []);
  return (
    <BackendProvider onSessionEnd={onSessionEnd}>
      <ToastProvider>
        <ConnectionBanner />
        <SessionPage session={session} setSession={setSession} />
      </ToastProvider>
    </BackendProvider>
  );
}

interface SessionPageProps {
  readonly session: Session;
  readonly setSession: (session: Session) => void;
}

function SessionPage({ session, setSession }: SessionPageProps) {
  const { call } = useBackend();
  const { returns } = useConnection();
  const drafts = useRef<Drafts & { owner?: User['id'] }>({ title: '', message: '' });

  // Asked again when the connection is back
  useEffect(() => {
    if (session.status !== 'unknown') return;
    const abort = new AbortController();
    call<User>('/api/auth/session', { signal: abort.signal })
      .then((user) => setSession({ status: 'in', user }))
      // What is wrong is told by the banner or the log-in page.
      .catch(() => {});
    return () => abort.abort();
  }, [session.status, returns, call, setSession]);

  if (session.status === 'unknown') return <Waiting />;
  if (session.status === 'out') {
    const onLogIn = (user: User) => setSession({ status: 'in', user });
    return <LogIn notice={session.notice} email={session.email} onLogIn={onLogIn} />;
  }
  if (drafts.current.owner !== session.user.id) drafts.current = { title: '', message: '', owner: session.user.id };
  const onLogOut = () => {
    drafts.current = { title: '', message: '' };
    window.history.replaceState(null, '', '/');
    setSession({ status: 'out', notice: 'You are logged out.' });
  };
  return <Workspace user={session.user} drafts={drafts.current} onLogOut={onLogOut} />;
}

interface WorkspaceProps {
  readonly user: User;
  readonly drafts: Drafts;
  readonly onLogOut: () => void;
}

function Workspace({ user, drafts, onLogOut }: WorkspaceProps) {
  // On a phone there is room for one of the two.
  const [view, setView] = useState<'todos' | 'chat'>('todos');
  const [chatChanges, setChatChanges] = useState(0);
  const beforeLogOut = useRef(async () => {});
  const onTodosChanged = useCallback(() => setChatChanges((changes) => changes + 1), []);
  return (
    <div className="workspace" data-view={view}>
      <a className="skip-link" href="#todos">
        Skip to your todos
      </a>
      <header className="top">
        <h1 className="brand">
          <Logo /> Todo
        </h1>
        <fieldset className="view-switch segments">
          <legend className="visually-hidden">What to show</legend>
          {(['todos', 'chat'] as const).map((name) => (
            <label key={name}>
              <input type="radio" name="view" checked={view === name} onChange={() => setView(name)} />
              <span>{name === 'todos' ? 'Todos' : 'Chat'}</span>
            </label>
          ))}
        </fieldset>
        <Account user={user} beforeLogOut={beforeLogOut} onLogOut={onLogOut} />
      </header>
      <main className="panels">
        <section id="todos" className="todo-panel" aria-labelledby="list-heading" tabIndex={-1}>
          <TodoPanel drafts={drafts} chatChanges={chatChanges} beforeLogOut={beforeLogOut} />
        </section>
        <section className="chat-panel" aria-label="Assistant">
          <ChatPanel drafts={drafts} onTodosChanged={onTodosChanged} visible={view === 'chat'} />
        </section>
      </main>
    </div>
  );
}

interface AccountProps {
  readonly user: User;
  readonly beforeLogOut: RefObject<() => Promise<void>>;
  readonly onLogOut: () => void;
}

function Account({ user, beforeLogOut, onLogOut }: AccountProps) {
  const { call } = useBackend();
  const toast = useToast();
  const logOut = async () => {
    try {
      await beforeLogOut.current();
      await call('/api/auth/log-out', { method: 'POST' });
      onLogOut();
    } catch (error) {
      const problem = problemOfRequest(error);
      if (problem) toast({ text: `You are still logged in. ${problem}`, tone: 'problem' });
    }
  };
  return (
    <div className="account">
      <span className="who" title={user.email}>
        {user.name || user.email}
      </span>
      <button type="button" className="button small" onClick={logOut}>
        Log out
      </button>
    </div>
  );
}

function Waiting() {
  return (
    <main className="waiting" aria-busy="true">
      <Logo />
      <h1 className="visually-hidden">Todo</h1>
      <p role="status">Opening your list…</p>
    </main>
  );
}

export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="9" />
      <path d="m9 16.5 5 5 9.5-11" />
    </svg>
  );
}
