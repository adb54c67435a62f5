/** A container image in its parts. */
export interface ImageProps {
  /** Registry in front of the repository. @default - the runtime's own */
  readonly registry?: string | null;
  readonly repository: string;
  readonly tag: string;
  /** Exact image (`sha256:...`), instead of the tag. @default - the tag decides */
  readonly digest?: string | null;
  /** @default 'IfNotPresent' */
  readonly pullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
}

/** The image as a container names it: `registry/repository:tag` or `registry/repository@digest`. */
export function imageReference({ registry, repository, tag, digest }: ImageProps): string {
  const path = (registry ?? null) === null ? repository : `${registry}/${repository}`;
  return (digest ?? null) === null ? `${path}:${tag}` : `${path}@${digest}`;
}
