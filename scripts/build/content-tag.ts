import { createHash } from 'node:crypto';
import type { ContextEntry } from './build-context.ts';

/** All that decides what an image holds. */
export interface ImageInput {
  readonly context: readonly ContextEntry[];
  /** The text of the Dockerfile. */
  readonly dockerfile: string;
  readonly platform: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  /** Reference -> id of the base images that the engine has. */
  readonly bases: Readonly<Record<string, string>>;
}

/** The label that holds an image's content tag, so that a tag that was moved is noticed. */
export const CONTENT_LABEL = 'todo-infra.content';

/** The tag of an image by what goes into it, for example `c-0123456789ab`: equal input has equal tags. */
export function contentTag({ context, dockerfile, platform, buildArgs, bases }: ImageInput): string {
  const text = JSON.stringify([
    context.map(({ path, type, mode, content }) => [path, type, mode, content]),
    dockerfile,
    platform,
    sorted(buildArgs),
    sorted(bases),
  ]);
  return `c-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}

function sorted(record: Readonly<Record<string, string>>): (readonly [string, string])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
