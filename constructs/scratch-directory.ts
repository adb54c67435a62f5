/** A directory that a container may write to, empty in each new pod. */
export interface ScratchDirectory {
  /** The volume's name. */
  readonly name: string;
  readonly path: string;
  /** Above it the pod is evicted: `'64Mi'`. */
  readonly sizeLimit: string;
}

export function scratchVolumes(directories: readonly ScratchDirectory[]) {
  return directories.map(({ name, sizeLimit }) => ({ name, emptyDir: { sizeLimit } }));
}

export function scratchMounts(directories: readonly ScratchDirectory[]) {
  return directories.map(({ name, path }) => ({ name, mountPath: path }));
}
