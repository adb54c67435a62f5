'use client';

import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { User } from '../lib/todo.ts';
import { problemOfRequest, useBackend } from './backend.tsx';
import { Logo } from './todo-app.tsx';

export interface LogInProps {
  /** Why the user is here. */
  readonly notice?: string;
  readonly email?: string;
  readonly onLogIn: (user: User) => void;
}

const MIN_PASSWORD = 8;
const MAX_PASSWORD = 200;

/** The first page: logs in, or signs up. */
export function LogIn({ notice, email: lastEmail = '', onLogIn }: LogInProps) {
  const { call } = useBackend();
  const [mode, setMode] = useState<'log-in' | 'sign-up'>('log-in');
  const [email, setEmail] = useState(lastEmail);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);
  const running = useRef<AbortController>(null);
  const id = useId();
  const signUp = mode === 'sign-up';

  useEffect(() => {
    (lastEmail === '' ? emailField : passwordField).current?.focus();
  }, [lastEmail]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    if (signUp && password.length < MIN_PASSWORD) {
      setProblem(`A password has at least ${MIN_PASSWORD} characters.`);
      passwordField.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(undefined);
    const abort = new AbortController();
    running.current = abort;
    try {
      const body = signUp
        ? { email: email.trim(), password, ...(name.trim() === '' ? {} : { name: name.trim() }) }
        : { email: email.trim(), password };
      onLogIn(await call<User>(`/api/auth/${mode}`, { method: 'POST', body, signal: abort.signal }));
    } catch (error) {
      if (abort.signal.aborted) return;
      setBusy(false);
      setProblem(problemOfRequest(error) ?? (error as Error).message);
      passwordField.current?.focus();
    }
  };

  const switchMode = () => {
    running.current?.abort();
    setBusy(false);
    setMode(signUp ? 'log-in' : 'sign-up');
    setProblem(undefined);
    emailField.current?.focus();
  };

  return (
    <main className="log-in">
      <div className="log-in-card">
        <Logo />
        <h1>{signUp ? 'Make an account' : 'Welcome to Todo'}</h1>
        <p className="quiet">
          {signUp ? 'A list of your own, and an assistant that knows it.' : 'Log in to see what is next.'}
        </p>
        {notice && !problem && (
          <p className="notice" role="status">
            {notice}
          </p>
        )}
        <form onSubmit={submit} method="post" aria-describedby={problem ? `${id}-problem` : undefined}>
          {signUp && (
            <div className="field">
              <label htmlFor={`${id}-name`}>
                Name <span className="quiet">(if you like)</span>
              </label>
              <input
                id={`${id}-name`}
                autoComplete="name"
                maxLength={100}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            </div>
          )}
          <div className="field">
            <label htmlFor={`${id}-email`}>Email</label>
            <input
              ref={emailField}
              id={`${id}-email`}
              type="email"
              name="email"
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              required
              maxLength={254}
              value={email}
              onChange={(event) => setEmail(event.target.value)}
            />
          </div>
          <div className="field">
            <label htmlFor={`${id}-password`}>Password</label>
            <div className="with-button">
              <input
                ref={passwordField}
                id={`${id}-password`}
                type={shown ? 'text' : 'password'}
                name="password"
                autoComplete={signUp ? 'new-password' : 'current-password'}
                autoCapitalize="none"
                spellCheck={false}
                required
                maxLength={MAX_PASSWORD}
                aria-describedby={signUp ? `${id}-rule` : undefined}
                value={password}
                onChange={(event) => setPassword(event.target.value)}
              />
              <button
                type="button"
                className="text-button"
                aria-pressed={shown}
                aria-label="Show the password"
                onClick={() => setShown(!shown)}
              >
                {shown ? 'Hide' : 'Show'}
              </button>
            </div>
            {signUp && (
              <p id={`${id}-rule`} className="quiet small-text">
                At least {MIN_PASSWORD} characters. A short sentence is a good one.
              </p>
            )}
          </div>
          {problem && (
            <p id={`${id}-problem`} className="problem-text" role="alert">
              {problem}
            </p>
          )}
          <button type="submit" className="button primary wide" aria-disabled={busy}>
            {busy ? 'One moment…' : signUp ? 'Sign up' : 'Log in'}
          </button>
        </form>
        <p className="switch-mode">
          {signUp ? 'You have an account?' : 'New here?'}{' '}
          <button type="button" className="text-button" onClick={switchMode}>
            {signUp ? 'Log in' : 'Sign up'}
          </button>
        </p>
      </div>
    </main>
  );
}
