'use client';

import { useEffect, useId, useRef, useState } from 'react';
import { countOf, type Filters } from '../lib/filters.ts';
import type { TagCount } from '../lib/todo.ts';
import { Icon } from './icon.tsx';
import { Field } from './todo-fields.tsx';

export interface TodoFiltersProps {
  readonly filters: Filters;
  readonly tags: readonly TagCount[];
  readonly setFilters: (change: Partial<Filters>) => void;
}

const STATUSES = [
  ['all', 'All'],
  ['open', 'Open'],
  ['done', 'Done'],
] as const;

const SORTS = {
  created: { name: 'Date added', asc: 'oldest first', desc: 'newest first' },
  due: { name: 'Due date', asc: 'soonest first', desc: 'latest first' },
  priority: { name: 'Priority', asc: 'lowest first', desc: 'highest first' },
  title: { name: 'Title', asc: 'A to Z', desc: 'Z to A' },
} as const;

/** The order in which people expect each. */
const USUAL_ORDER = { created: 'desc', due: 'asc', priority: 'desc', title: 'asc' } as const;

/** Milliseconds without a key, after which a search begins. */
const TYPING = 250;

export function TodoFilters({ filters, tags, setFilters }: TodoFiltersProps) {
  const [more, setMore] = useState(false);
  const id = useId();
  const count = countOf(filters);
  const sort = SORTS[filters.sort];
  // The tag of the filter may have no open todos left.
  const tagNames = [...new Set([...tags.map(({ tag }) => tag), ...(filters.tag === '' ? [] : [filters.tag])])].sort();
  const clear = () => setFilters({ tag: '', priority: '', due: '' });
  return (
    <search className="filters" data-more={more}>
      <div className="filter-line">
        <SearchField q={filters.q} setQ={(q) => setFilters({ q })} />
        <button
          type="button"
          className="button narrow-only"
          aria-expanded={more}
          aria-controls={`${id}-more`}
          onClick={() => setMore(!more)}
        >
          <Icon name="filter" /> Filters{count > 0 && ` (${count})`}
        </button>
        <fieldset className="segments">
          <legend className="visually-hidden">Status</legend>
          {STATUSES.map(([status, name]) => (
            <label key={status}>
              <input
                type="radio"
                name={`${id}-status`}
                checked={filters.status === status}
                onChange={() => setFilters({ status })}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <div className="more-fields" id={`${id}-more`}>
        <Field id={`${id}-tag`} label="Tag">
          <select id={`${id}-tag`} value={filters.tag} onChange={(event) => setFilters({ tag: event.target.value })}>
            <option value="">Any</option>
            {tagNames.map((tag) => (
              <option key={tag} value={tag}>
                {tag} ({tags.find((other) => other.tag === tag)?.count ?? 0})
              </option>
            ))}
          </select>
        </Field>
        <Field id={`${id}-priority`} label="Priority">
          <select
            id={`${id}-priority`}
            value={filters.priority}
            onChange={(event) => setFilters({ priority: event.target.value as Filters['priority'] })}
          >
            <option value="">Any</option>
            <option value="high">High</option>
            <option value="normal">Normal</option>
            <option value="low">Low</option>
          </select>
        </Field>
        <Field id={`${id}-due`} label="Due">
          <select
            id={`${id}-due`}
            value={filters.due}
            onChange={(event) => setFilters({ due: event.target.value as Filters['due'] })}
          >
            <option value="">Any time</option>
            <option value="overdue">Overdue</option>
            <option value="today">Today</option>
            <option value="week">This week</option>
            <option value="none">No date</option>
          </select>
        </Field>
        <Field id={`${id}-sort`} label="Sort by">
          <select
            id={`${id}-sort`}
            value={filters.sort}
            onChange={(event) => {
              const sort = event.target.value as Filters['sort'];
              setFilters({ sort, order: USUAL_ORDER[sort] });
            }}
          >
            {Object.entries(SORTS).map(([value, { name }]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <button
          type="button"
          className="button order"
          aria-label={`Order: ${sort[filters.order]}. Turn it round`}
          onClick={() => setFilters({ order: filters.order === 'asc' ? 'desc' : 'asc' })}
        >
          <Icon name="sort" /> {sort[filters.order]}
        </button>
        {count > 0 && (
          <button type="button" className="text-button" onClick={clear}>
            Clear filters
          </button>
        )}
      </div>
    </search>
  );
}

function SearchField({ q, setQ }: { q: string; setQ: (q: string) => void }) {
  const [text, setText] = useState(q);
  const sent = useRef(q);
  const send = useRef(setQ);
  send.current = setQ;
  useEffect(() => {
    if (text === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = text;
      send.current(text);
    }, TYPING);
    return () => clearTimeout(timer);
  }, [text]);
  // Filters are also set by others: the back button, "Show all todos".
  useEffect(() => {
    if (q === sent.current) return;
    sent.current = q;
    setText(q);
  }, [q]);
  return (
    <div className="search-field">
      <Icon name="search" />
      <input
        type="search"
        aria-label="Search your todos"
        placeholder="Search"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
