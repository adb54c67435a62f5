import type { Todo, TodoPage } from './todo.ts';

/** A change that the server has not confirmed yet. The list shows it as if it had. */
export type Change =
  | { readonly key: string; readonly type: 'add'; readonly todo: Todo }
  | { readonly key: string; readonly type: 'edit'; readonly id: Todo['id']; readonly fields: Partial<Todo> }
  | { readonly key: string; readonly type: 'remove'; readonly id: Todo['id'] };

export interface TodoList {
  /** What the server said last. */
  readonly page: TodoPage | undefined;
  /** In the order in which they were made. */
  readonly changes: readonly Change[];
  readonly loading: boolean;
  readonly problem: string | undefined;
}

export type TodoListAction =
  | { readonly type: 'load' }
  | { readonly type: 'loaded'; readonly page: TodoPage }
  | { readonly type: 'failed'; readonly problem: string }
  | { readonly type: 'begin'; readonly change: Change }
  /** The server has done it, and tells what became of the todo. */
  | { readonly type: 'confirm'; readonly key: string; readonly todo?: Todo }
  /** The server has not done it, or it was taken back: the list is as if it had never been. */
  | { readonly type: 'revert'; readonly key: string };

export const EMPTY_LIST: TodoList = { page: undefined, changes: [], loading: true, problem: undefined };

export function todoList(list: TodoList, action: TodoListAction): TodoList {
  switch (action.type) {
    case 'load':
      return { ...list, loading: true };
    case 'loaded':
      return { ...list, page: action.page, loading: false, problem: undefined };
    case 'failed':
      return { ...list, loading: false, problem: action.problem };
    case 'begin':
      return { ...list, changes: [...list.changes, action.change] };
    case 'confirm':
    case 'revert': {
      const change = list.changes.find(({ key }) => key === action.key);
      const changes = list.changes.filter(({ key }) => key !== action.key);
      if (change === undefined || list.page === undefined || action.type === 'revert') return { ...list, changes };
      return { ...list, changes, page: changed(list.page, action.todo ? settled(change, action.todo) : change) };
    }
  }
}

/** The list as the user shall see it: what the server said, with all changes that are on their way. */
export function shownPage({ page, changes }: TodoList): TodoPage | undefined {
  return page && changes.reduce(changed, page);
}

function settled(change: Change, todo: Todo): Change {
  return change.type === 'edit' ? { ...change, fields: todo } : change.type === 'add' ? { ...change, todo } : change;
}

function changed(page: TodoPage, change: Change): TodoPage {
  if (change.type === 'add') {
    if (page.items.some(({ id }) => id === change.todo.id)) return page;
    return { ...page, items: [change.todo, ...page.items], total: page.total + 1 };
  }
  if (!page.items.some(({ id }) => id === change.id)) return page;
  if (change.type === 'remove')
    return { ...page, items: page.items.filter(({ id }) => id !== change.id), total: page.total - 1 };
  return { ...page, items: page.items.map((todo) => (todo.id === change.id ? { ...todo, ...change.fields } : todo)) };
}
