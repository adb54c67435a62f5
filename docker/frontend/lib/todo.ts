export type Priority = 'low' | 'normal' | 'high';

export interface Todo {
  readonly id: number | string;
  readonly title: string;
  readonly done: boolean;
  /** `YYYY-MM-DD` */
  readonly due_date: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
  readonly created_at: string;
  readonly updated_at: string;
}

export interface TodoPage {
  readonly items: readonly Todo[];
  readonly total: number;
  readonly page: number;
  readonly page_size: number;
}

export interface TagCount {
  readonly tag: string;
  readonly count: number;
}

export interface User {
  readonly id: number | string;
  readonly email: string;
  readonly name: string | null;
}

/** What a form says of a todo. */
export interface TodoFields {
  readonly title: string;
  readonly due_date: string | null;
  readonly priority: Priority;
  readonly tags: readonly string[];
}

export const MAX_TITLE = 200;
export const MAX_TAGS = 10;
export const MAX_TAG = 30;

/** Tags as somebody types them: `Home, garden #urgent`. */
export function parseTags(text: string): string[] {
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(/[\s,;#]+/)
        .filter(Boolean),
    ),
  ];
}

/** What is wrong with the fields, in one sentence. */
export function problemOf({ title, tags }: TodoFields): string | undefined {
  if (title === '') return 'Write what there is to do.';
  if ([...title].length > MAX_TITLE) return `A title has at most ${MAX_TITLE} characters.`;
  if (tags.length > MAX_TAGS) return `A todo has at most ${MAX_TAGS} tags.`;
  const long = tags.find((tag) => [...tag].length > MAX_TAG);
  return long === undefined ? undefined : `The tag “${long.slice(0, MAX_TAG)}…” is longer than ${MAX_TAG} characters.`;
}
