import { cookies } from 'next/headers';
import { TodoApp } from '../components/todo-app.tsx';

/** Does not ask the backend: the page is there even when that is not. */
export default async function Page() {
  const mayHaveSession = (await cookies()).has('todo_session');
  return <TodoApp mayHaveSession={mayHaveSession} />;
}
