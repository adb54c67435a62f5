'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import { dateOf, untilTomorrow } from '../lib/dates.ts';
import { type Filters, filtersFromQuery, isFiltered, NO_FILTERS, queryOf } from '../lib/filters.ts';
import type { Todo } from '../lib/todo.ts';
import { Icon } from './icon.tsx';
import { AddTodo } from './todo-fields.tsx';
import { TodoFilters } from './todo-filters.tsx';
import { TodoItem } from './todo-item.tsx';
import { useTodos } from './use-todos.ts';

export interface TodoPanelProps {
  readonly drafts: { title: string };
  /** Rises each time the chat has changed the todos. */
  readonly chatChanges: number;
  readonly beforeLogOut: RefObject<() => Promise<void>>;
}

/** The list: add, find, change. */
export function TodoPanel({ drafts, chatChanges, beforeLogOut }: TodoPanelProps) {
  const [filters, setFilters] = useFilters();
  const todos = useTodos(filters, chatChanges);
  const today = useToday();
  const { page, tags, loading, problem, reload } = todos;
  const heading = useRef<HTMLHeadingElement>(null);
  const focusHeading = () => heading.current?.focus();

  beforeLogOut.current = todos.flush;
  // The last todo of the last page is gone: what was the page before it is the last one now.
  const pages = page === undefined ? 1 : Math.max(1, Math.ceil(page.total / page.page_size));
  useEffect(() => {
    if (page !== undefined && !loading && filters.page > pages) setFilters({ page: pages });
  }, [page, loading, filters.page, pages, setFilters]);

  const filterByTag = (tag: string) => {
    setFilters({ tag });
    focusHeading();
  };
  const remove = (todo: Todo) => {
    todos.remove(todo);
    focusHeading();
  };
  return (
    <>
      <AddTodo drafts={drafts} add={todos.add} />
      <div className="list">
        <div className="list-head">
          <h2 id="list-heading" ref={heading} tabIndex={-1}>
            Your todos
          </h2>
          <p className="quiet" role="status">
            {page !== undefined && !problem && countText(page.total, filters)}
          </p>
        </div>
        <TodoFilters filters={filters} tags={tags} setFilters={setFilters} />
        {problem && (
          <div className="problem-box" role="alert">
            <p>The list could not be read. {problem}</p>
            <button type="button" className="button small" onClick={reload}>
              Try again
            </button>
          </div>
        )}
        {page === undefined && !problem && <Skeleton />}
        {page !== undefined && page.items.length > 0 && (
          <ul className="todos" aria-busy={loading} aria-labelledby="list-heading">
            {page.items.map((todo) => (
              <TodoItem
                key={todo.id}
                todo={todo}
                today={today}
                edit={todos.edit}
                remove={remove}
                filterByTag={filterByTag}
              />
            ))}
          </ul>
        )}
        {page !== undefined && page.items.length === 0 && !problem && (
          <Empty filters={filters} clear={() => setFilters(NO_FILTERS)} />
        )}
        {pages > 1 && (
          <Paging
            page={filters.page}
            pages={pages}
            setPage={(page) => {
              setFilters({ page });
              focusHeading();
            }}
          />
        )}
      </div>
    </>
  );
}

function countText(total: number, filters: Filters): string {
  if (total === 0) return '';
  return `${total} ${filters.status === 'all' ? '' : `${filters.status} `}${total === 1 ? 'todo' : 'todos'}`;
}

function Empty({ filters, clear }: { filters: Filters; clear: () => void }) {
  if (!isFiltered(filters))
    return (
      <div className="empty">
        <Icon name="check" />
        <h3>Nothing to do</h3>
        <p className="quiet">Add your first todo above, or ask the assistant to.</p>
      </div>
    );
  return (
    <div className="empty">
      <Icon name="search" />
      <h3>Nothing fits</h3>
      <p className="quiet">There are no todos like this.</p>
      <button type="button" className="button small" onClick={clear}>
        Show all todos
      </button>
    </div>
  );
}

function Skeleton() {
  return (
    <div className="skeleton">
      <p className="visually-hidden" role="status">
        Reading your todos…
      </p>
      <div />
      <div />
      <div />
    </div>
  );
}

function Paging({ page, pages, setPage }: { page: number; pages: number; setPage: (page: number) => void }) {
  return (
    <nav className="paging" aria-label="Pages of the list">
      <button type="button" className="button small" disabled={page <= 1} onClick={() => setPage(page - 1)}>
        Previous
      </button>
      <span className="quiet">
        Page {page} of {pages}
      </span>
      <button type="button" className="button small" disabled={page >= pages} onClick={() => setPage(page + 1)}>
        Next
      </button>
    </nav>
  );
}

/** The filters, as the address says; back and forward work. */
function useFilters(): [Filters, (change: Partial<Filters>) => void] {
  const [filters, setFilters] = useState(() => filtersFromQuery(window.location.search));
  useEffect(() => {
    const onPopState = () => setFilters(filtersFromQuery(window.location.search));
    window.addEventListener('popstate', onPopState);
    return () => window.removeEventListener('popstate', onPopState);
  }, []);
  const latest = useRef(filters);
  latest.current = filters;
  const [change] = useState(() => (change: Partial<Filters>) => {
    // Another filter begins at the first page.
    const next = { ...latest.current, page: 1, ...change };
    const address = `/${queryOf(next)}`;
    // Typing a search makes no steps to go back through.
    if ('q' in change && Object.keys(change).length === 1) window.history.replaceState(null, '', address);
    else if (address !== `/${queryOf(latest.current)}`) window.history.pushState(null, '', address);
    latest.current = next;
    setFilters(next);
  });
  return [filters, change];
}

/** The user's date, also when a page is left open over night. */
function useToday(): string {
  const [today, setToday] = useState(() => dateOf(new Date()));
  // Each day waits for the next
  useEffect(() => {
    const update = () => setToday(dateOf(new Date()));
    const timer = setTimeout(update, untilTomorrow(new Date()) + 1000);
    document.addEventListener('visibilitychange', update);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', update);
    };
  }, [today]);
  return today;
}
