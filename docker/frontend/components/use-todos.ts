'use client';

import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { apiQueryOf, type Filters } from '../lib/filters.ts';
import type { TagCount, Todo, TodoFields, TodoPage } from '../lib/todo.ts';
import { type Change, EMPTY_LIST, shownPage, todoList } from '../lib/todo-list.ts';
import { problemOfRequest, useBackend, useConnection } from './backend.tsx';
import { useToast } from './toasts.tsx';

const PAGE_SIZE = 20;

export interface Todos {
  readonly page: TodoPage | undefined;
  readonly tags: readonly TagCount[];
  readonly loading: boolean;
  readonly problem: string | undefined;
  readonly reload: () => void;
  /** Resolves to whether it was added. */
  readonly add: (fields: TodoFields) => Promise<boolean>;
  /** Resolves to whether it was changed. */
  readonly edit: (todo: Todo, fields: Partial<TodoFields> & { readonly done?: boolean }) => Promise<boolean>;
  /** Hides it at once, and deletes it when there was time to change one's mind. */
  readonly remove: (todo: Todo) => void;
  /** Does now what waits for a change of mind. */
  readonly flush: () => Promise<void>;
}

/** The todos that the filters let through. Changes are shown at once, and taken back with a message when the server refuses them. */
export function useTodos(filters: Filters, chatChanges: number): Todos {
  const { call } = useBackend();
  const { returns } = useConnection();
  const toast = useToast();
  const [list, dispatch] = useReducer(todoList, EMPTY_LIST);
  const [tags, setTags] = useState<readonly TagCount[]>([]);
  const [reloads, setReloads] = useState(0);
  const reload = useCallback(() => setReloads((count) => count + 1), []);
  const query = apiQueryOf(filters, PAGE_SIZE);

  // Read again after each change, also those of the chat, and when the connection is back
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    dispatch({ type: 'load' });
    const todos = call<TodoPage>(`/api/todos${query}`, { signal });
    Promise.all([todos, call<TagCount[]>('/api/tags', { signal })]).then(
      ([page, tags]) => {
        dispatch({ type: 'loaded', page });
        setTags(tags);
      },
      (error) => !signal.aborted && dispatch({ type: 'failed', problem: problemOfRequest(error) ?? '' }),
    );
    return () => abort.abort();
  }, [query, reloads, chatChanges, returns, call]);

  // What another tab or device did is seen when one comes back to this one.
  useEffect(() => {
    const onVisible = () => document.visibilityState === 'visible' && reload();
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [reload]);

  const attempt = useCallback(
    async (change: Change, request: () => Promise<Todo | undefined>, failure: string): Promise<boolean> => {
      try {
        dispatch({ type: 'confirm', key: change.key, todo: await request() });
        reload();
        return true;
      } catch (error) {
        dispatch({ type: 'revert', key: change.key });
        const problem = problemOfRequest(error);
        if (problem) toast({ text: `${failure} ${problem}`, tone: 'problem' });
        return false;
      }
    },
    [reload, toast],
  );

  const add = useCallback(
    (fields: TodoFields) => {
      const key = nextKey();
      const now = new Date().toISOString();
      const change: Change = {
        key,
        type: 'add',
        todo: { ...fields, id: `new-${key}`, done: false, created_at: now, updated_at: now },
      };
      dispatch({ type: 'begin', change });
      return attempt(
        change,
        () => call<Todo>('/api/todos', { method: 'POST', body: fields }),
        `“${fields.title}” was not added.`,
      );
    },
    [attempt, call],
  );

  const edit = useCallback<Todos['edit']>(
    (todo, fields) => {
      const change: Change = { key: nextKey(), type: 'edit', id: todo.id, fields };
      dispatch({ type: 'begin', change });
      return attempt(
        change,
        () => call<Todo>(`/api/todos/${todo.id}`, { method: 'PATCH', body: fields }),
        `“${todo.title}” was not changed.`,
      );
    },
    [attempt, call],
  );

  const waiting = useRef(new Map<string, (leaving: boolean) => Promise<unknown>>());
  const remove = useCallback(
    (todo: Todo) => {
      const change: Change = { key: nextKey(), type: 'remove', id: todo.id };
      dispatch({ type: 'begin', change });
      const send = async (leaving: boolean) => {
        if (!waiting.current.delete(change.key)) return;
        const request = () => call<undefined>(`/api/todos/${todo.id}`, { method: 'DELETE', keepalive: leaving });
        await attempt(change, request, `“${todo.title}” was not deleted.`);
      };
      waiting.current.set(change.key, send);
      const undo = () => waiting.current.delete(change.key) && dispatch({ type: 'revert', key: change.key });
      toast({
        text: `“${todo.title}” deleted.`,
        action: { label: 'Undo', run: undo },
        onClose: () => void send(false),
      });
    },
    [attempt, call, toast],
  );
  const flush = useCallback(async (leaving = true) => {
    await Promise.all([...waiting.current.values()].map((send) => send(leaving)));
  }, []);
  useEffect(() => {
    const onLeave = () => void flush();
    window.addEventListener('pagehide', onLeave);
    return () => {
      window.removeEventListener('pagehide', onLeave);
      onLeave();
    };
  }, [flush]);

  const page = useMemo(() => shownPage(list), [list]);
  return { page, tags, loading: list.loading, problem: list.problem, reload, add, edit, remove, flush };
}

let lastKey = 0;

/** `crypto.randomUUID` is there on https only. */
function nextKey(): string {
  lastKey += 1;
  return String(lastKey);
}
