'use client';

import { useEffect, useRef, useState } from 'react';
import { dueLabel } from '../lib/dates.ts';
import type { Todo } from '../lib/todo.ts';
import { Icon } from './icon.tsx';
import { EditTodo } from './todo-fields.tsx';
import type { Todos } from './use-todos.ts';

export interface TodoItemProps {
  readonly todo: Todo;
  /** `YYYY-MM-DD` */
  readonly today: string;
  readonly edit: Todos['edit'];
  readonly remove: (todo: Todo) => void;
  readonly filterByTag: (tag: string) => void;
}

export function TodoItem({ todo, today, edit, remove, filterByTag }: TodoItemProps) {
  const [editing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !editing) editButton.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  if (editing)
    return (
      <li className="todo">
        <EditTodo
          todo={todo}
          cancel={() => setEditing(false)}
          save={(fields) => {
            setEditing(false);
            if (Object.keys(fields).length > 0) edit(todo, fields);
          }}
        />
      </li>
    );
  // Until the server has given it an id, there is nothing to change.
  const unsaved = String(todo.id).startsWith('new-');
  return (
    <li className="todo" data-done={todo.done} data-unsaved={unsaved}>
      <label className="check">
        <input
          type="checkbox"
          checked={todo.done}
          disabled={unsaved}
          onChange={() => edit(todo, { done: !todo.done })}
          aria-label={`Done: ${todo.title}`}
        />
        <Icon name="check" />
      </label>
      <div className="todo-text">
        <p className="todo-title">{todo.title}</p>
        <TodoDetails todo={todo} today={today} filterByTag={filterByTag} />
      </div>
      <div className="todo-actions">
        <button
          ref={editButton}
          type="button"
          className="icon-button"
          disabled={unsaved}
          aria-label={`Change “${todo.title}”`}
          onClick={() => setEditing(true)}
        >
          <Icon name="edit" />
        </button>
        <button
          type="button"
          className="icon-button danger"
          disabled={unsaved}
          aria-label={`Delete “${todo.title}”`}
          onClick={() => remove(todo)}
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  );
}

function TodoDetails({ todo, today, filterByTag }: Pick<TodoItemProps, 'todo' | 'today' | 'filterByTag'>) {
  const due = todo.due_date === null ? undefined : dueLabel(todo.due_date, today);
  if (due === undefined && todo.priority === 'normal' && todo.tags.length === 0) return null;
  return (
    <p className="todo-details">
      {due && (
        <span className="badge" data-tone={todo.done ? 'later' : due.tone}>
          {due.tone === 'overdue' && !todo.done ? 'Overdue: ' : <span className="visually-hidden">Due </span>}
          <time dateTime={todo.due_date ?? undefined}>{due.text}</time>
        </span>
      )}
      {todo.priority !== 'normal' && (
        <span className="badge" data-tone={todo.done ? 'later' : todo.priority}>
          {todo.priority === 'high' ? 'High' : 'Low'}
          <span className="visually-hidden"> priority</span>
        </span>
      )}
      {todo.tags.map((tag) => (
        <button
          key={tag}
          type="button"
          className="tag"
          aria-label={`Show only todos tagged ${tag}`}
          onClick={() => filterByTag(tag)}
        >
          #{tag}
        </button>
      ))}
    </p>
  );
}
