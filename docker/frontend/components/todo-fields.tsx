'use client';

import { type FormEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { MAX_TITLE, type Priority, parseTags, problemOf, type Todo, type TodoFields } from '../lib/todo.ts';
import { Icon } from './icon.tsx';

interface Input {
  readonly title: string;
  readonly due: string;
  readonly priority: Priority;
  readonly tags: string;
}

const NOTHING: Input = { title: '', due: '', priority: 'normal', tags: '' };

/** The form for a new todo. What could not be added stays in it. */
export function AddTodo({ drafts, add }: { drafts: { title: string }; add: (fields: TodoFields) => Promise<boolean> }) {
  const [input, setInput] = useState<Input>({ ...NOTHING, title: drafts.title });
  const [more, setMore] = useState(false);
  const [problem, setProblem] = useState<string>();
  const title = useRef<HTMLInputElement>(null);
  const id = useId();

  const change = (change: Partial<Input>) => {
    const next = { ...input, ...change };
    drafts.title = next.title;
    setInput(next);
    setProblem(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const fields = fieldsOf(input);
    const problem = problemOf(fields);
    setProblem(problem);
    title.current?.focus();
    if (problem !== undefined) return;
    setInput({ ...NOTHING });
    drafts.title = '';
    if (await add(fields)) return;
    // Unless something new was begun in the meantime.
    setInput((now) => (now.title === '' ? input : now));
    if (drafts.title === '') drafts.title = input.title;
  };
  return (
    <form className="card add-todo" onSubmit={submit} data-more={more} aria-label="Add a todo">
      <div className="add-line">
        <label className="visually-hidden" htmlFor={`${id}-title`}>
          What is there to do?
        </label>
        <input
          ref={title}
          id={`${id}-title`}
          className="big-input"
          placeholder="What is there to do?"
          autoComplete="off"
          enterKeyHint="done"
          maxLength={MAX_TITLE}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          value={input.title}
          onChange={(event) => change({ title: event.target.value })}
        />
        <button
          type="button"
          className="icon-button narrow-only"
          aria-label="Due date, priority and tags"
          aria-expanded={more}
          onClick={() => setMore(!more)}
        >
          <Icon name="filter" />
        </button>
        <button type="submit" className="button primary">
          <Icon name="plus" /> Add
        </button>
      </div>
      <div className="more-fields">
        <MoreFields id={id} input={input} change={change} />
      </div>
      {problem && (
        <p id={`${id}-problem`} className="problem-text" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}

interface EditTodoProps {
  readonly todo: Todo;
  readonly save: (fields: Partial<TodoFields>) => void;
  readonly cancel: () => void;
}

/** The same fields in the place of a todo. Escape leaves it as it was. */
export function EditTodo({ todo, save, cancel }: EditTodoProps) {
  const before: Input = {
    title: todo.title,
    due: todo.due_date ?? '',
    priority: todo.priority,
    tags: todo.tags.join(' '),
  };
  const [input, setInput] = useState(before);
  const [problem, setProblem] = useState<string>();
  const title = useRef<HTMLInputElement>(null);
  const id = useId();
  useEffect(() => title.current?.focus(), []);

  const change = (change: Partial<Input>) => setInput({ ...input, ...change });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const fields = fieldsOf(input);
    const problem = problemOf(fields);
    setProblem(problem);
    if (problem !== undefined) title.current?.focus();
    // Only what was changed here: what another device has changed meanwhile stays.
    else save(differences(fieldsOf(before), fields));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    cancel();
  };
  return (
    // Escape, from wherever in the form; there is a button for it as well
    <form className="edit-todo" onSubmit={submit} onKeyDown={onKeyDown} aria-label={`Change “${todo.title}”`}>
      <Field id={`${id}-title`} label="Title">
        <input
          ref={title}
          id={`${id}-title`}
          autoComplete="off"
          maxLength={MAX_TITLE}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? `${id}-problem` : undefined}
          value={input.title}
          onChange={(event) => change({ title: event.target.value })}
        />
      </Field>
      <div className="more-fields">
        <MoreFields id={id} input={input} change={change} />
      </div>
      {problem && (
        <p id={`${id}-problem`} className="problem-text" role="alert">
          {problem}
        </p>
      )}
      <div className="buttons">
        <button type="submit" className="button primary small">
          Save
        </button>
        <button type="button" className="button small" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

interface MoreFieldsProps {
  readonly id: string;
  readonly input: Input;
  readonly change: (change: Partial<Input>) => void;
}

function MoreFields({ id, input, change }: MoreFieldsProps) {
  return (
    <>
      <Field id={`${id}-due`} label="Due">
        <input
          id={`${id}-due`}
          type="date"
          max="9999-12-31"
          value={input.due}
          onChange={(event) => change({ due: event.target.value })}
        />
      </Field>
      <Field id={`${id}-priority`} label="Priority">
        <select
          id={`${id}-priority`}
          value={input.priority}
          onChange={(event) => change({ priority: event.target.value as Priority })}
        >
          <option value="high">High</option>
          <option value="normal">Normal</option>
          <option value="low">Low</option>
        </select>
      </Field>
      <Field id={`${id}-tags`} label="Tags" wide>
        <input
          id={`${id}-tags`}
          placeholder="home garden"
          autoComplete="off"
          autoCapitalize="none"
          value={input.tags}
          onChange={(event) => change({ tags: event.target.value })}
        />
      </Field>
    </>
  );
}

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Field({ id, label, wide, children }: FieldProps) {
  return (
    <div className={wide ? 'field grow' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {children}
    </div>
  );
}

function fieldsOf({ title, due, priority, tags }: Input): TodoFields {
  return { title: title.trim(), due_date: due === '' ? null : due, priority, tags: parseTags(tags) };
}

function differences(before: TodoFields, after: TodoFields): Partial<TodoFields> {
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof TodoFields]),
  );
  return Object.fromEntries(changed);
}
