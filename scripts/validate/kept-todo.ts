import { randomBytes } from 'node:crypto';
import { CommandError } from '../command-error.ts';
import { firstLine } from '../first-line.ts';

/** A todo that has to be there after everything that is done to the pods. */
export class KeptTodo {
  readonly #title = `validate ${randomBytes(6).toString('hex')}`;
  #cookie = '';

  private constructor(private readonly url: string) {}

  /**
   * Writes it, through the frontend, into an account of its own.
   *
   * @param url where the frontend answers
   */
  static async write(url: string): Promise<KeptTodo> {
    const todo = new KeptTodo(url);
    await todo.#write();
    return todo;
  }

  /**
   * Whether it is there, and the account with it.
   *
   * @param url where the frontend answers now. @default - where it did
   * @throws CommandError where nothing answers
   */
  async isThere(url = this.url): Promise<boolean> {
    const response = await this.#request('/api/todos', undefined, url);
    if (response.status === 401) return false;
    if (!response.ok) throw new CommandError(`/api/todos answers ${response.status}, expected 200`);
    const { items } = parsed<{ items: readonly { title: string }[] }>(await response.text());
    return items.some(({ title }) => title === this.#title);
  }

  async #write(): Promise<void> {
    const account = {
      email: `${randomBytes(8).toString('hex')}@example.com`,
      password: randomBytes(16).toString('hex'),
    };
    const signUp = await this.#request('/api/auth/sign-up', account);
    if (signUp.status !== 201) throw new CommandError(`/api/auth/sign-up answers ${signUp.status}, expected 201`);
    this.#cookie = signUp.headers.get('set-cookie')?.split(';')[0] ?? '';
    const add = await this.#request('/api/todos', { title: this.#title });
    if (add.status !== 201) throw new CommandError(`/api/todos answers ${add.status} to a new todo, expected 201`);
  }

  async #request(path: string, body?: object, url = this.url): Promise<Response> {
    try {
      return await fetch(`${url.replace(/\/$/, '')}${path}`, {
        signal: AbortSignal.timeout(10_000),
        headers: { 'content-type': 'application/json', cookie: this.#cookie },
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new CommandError(`${url} does not answer: ${(error as Error).message}`, { cause: error });
    }
  }
}

function parsed<T>(text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new CommandError(`/api/todos answers no JSON: ${firstLine(text)}`, { cause });
  }
}
