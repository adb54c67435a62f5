import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Todo } from '../lib/todo.ts';
import { type Change, EMPTY_LIST, shownPage, type TodoList, type TodoListAction, todoList } from '../lib/todo-list.ts';

function todo(id: Todo['id'], fields: Partial<Todo> = {}): Todo {
  return {
    id,
    title: `todo ${id}`,
    done: false,
    due_date: null,
    priority: 'normal',
    tags: [],
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    ...fields,
  };
}

function page(...items: Todo[]) {
  return { items, total: items.length, page: 1, page_size: 20 };
}

function after(...actions: TodoListAction[]): TodoList {
  return actions.reduce(todoList, EMPTY_LIST);
}

const loaded: TodoListAction = { type: 'loaded', page: page(todo(1), todo(2)) };
const tick: Change = { key: 'a', type: 'edit', id: 1, fields: { done: true } };
const rename: Change = { key: 'b', type: 'edit', id: 1, fields: { title: 'renamed' } };
const remove: Change = { key: 'c', type: 'remove', id: 2 };
const add: Change = { key: 'd', type: 'add', todo: todo('new-d') };

const shownIds = (list: TodoList) => shownPage(list)?.items.map(({ id }) => id);

test('shows changes before the server has confirmed them', () => {
  const list = after(loaded, ...[tick, remove, add].map((change) => ({ type: 'begin', change }) as const));

  assert.deepEqual(shownIds(list), ['new-d', 1]);
  assert.equal(shownPage(list)?.items[1]?.done, true);
  assert.equal(shownPage(list)?.total, 2);
});

test('takes back the change that was refused, and keeps the others', () => {
  const begun = after(loaded, { type: 'begin', change: tick }, { type: 'begin', change: rename });

  const list = todoList(begun, { type: 'revert', key: 'a' });

  assert.deepEqual(shownPage(list)?.items[0], todo(1, { title: 'renamed' }));
});

test('a deleted todo comes back to its place when that is undone', () => {
  const begun = after(loaded, { type: 'begin', change: { ...remove, id: 1 } });

  assert.deepEqual(shownIds(begun), [2]);
  assert.deepEqual(shownIds(todoList(begun, { type: 'revert', key: 'c' })), [1, 2]);
});

test('a change that is on its way stays when the list is read again', () => {
  const list = after(loaded, { type: 'begin', change: tick }, { type: 'load' }, loaded);

  assert.equal(shownPage(list)?.items[0]?.done, true);
});

test('what the server says of a confirmed change is what counts', () => {
  const edited = after(
    loaded,
    { type: 'begin', change: rename },
    {
      type: 'confirm',
      key: 'b',
      todo: todo(1, { title: 'Renamed', updated_at: '2026-02-02T00:00:00Z' }),
    },
  );
  const added = after(loaded, { type: 'begin', change: add }, { type: 'confirm', key: 'd', todo: todo(3) });
  const removed = after(loaded, { type: 'begin', change: remove }, { type: 'confirm', key: 'c' });

  assert.equal(shownPage(edited)?.items[0]?.title, 'Renamed');
  assert.deepEqual(shownIds(added), [3, 1, 2]);
  assert.deepEqual(shownIds(removed), [1]);
  for (const list of [edited, added, removed]) assert.deepEqual(list.changes, []);
});

test('a todo that the list has already is not added twice', () => {
  const list = after(
    loaded,
    { type: 'begin', change: add },
    {
      type: 'loaded',
      page: page(todo(3), todo(1)),
    },
    { type: 'confirm', key: 'd', todo: todo(3) },
  );

  assert.deepEqual(shownIds(list), [3, 1]);
  assert.equal(shownPage(list)?.total, 2);
});

test('a list that cannot be read again is still there', () => {
  const list = after(loaded, { type: 'load' }, { type: 'failed', problem: 'Away.' });

  assert.deepEqual(shownIds(list), [1, 2]);
  assert.equal(list.problem, 'Away.');
  assert.equal(todoList(list, loaded).problem, undefined);
});
