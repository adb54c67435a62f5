import { ApiError } from '../cluster-failure.ts';

/** A field of the chart that somebody else has set since. The release sets it back. */
export interface TakenField {
  /** As `spec.replicas`. */
  readonly path: string;
  /** As `kubectl scale`. */
  readonly by: string;
  /** Its field manager. */
  readonly manager: string;
}

/** Who has taken which fields, out of the conflict that the API server has answered; undefined where it is none. */
export function takenFields(error: unknown): TakenField[] | undefined {
  if (!(error instanceof ApiError) || error.status !== 409) return undefined;
  const conflicts = error.causes.filter(({ reason }) => reason === 'FieldManagerConflict');
  if (conflicts.length === 0) return undefined;
  return conflicts.map(({ field = '', message = '' }) => {
    const [, manager = 'somebody else', subresource] =
      /conflict with "([^"]*)"(?: with subresource "([^"]*)")?/.exec(message) ?? [];
    return { path: readablePath(field), by: personOf(manager, subresource), manager };
  });
}

/** Whether a field manager is Helm, whatever its program was called. */
export function isHelm(manager: string): boolean {
  return manager.startsWith('helm') && manager !== 'helm-controller';
}

/** What people call a field manager. */
function personOf(manager: string, subresource: string | undefined): string {
  if (manager === 'kubectl' && subresource !== undefined) return `kubectl ${subresource}`;
  if (manager === 'kube-controller-manager' && subresource === 'scale') return 'the autoscaler';
  const [, command] = /^kubectl-(?:client-side-)?([a-z-]+)$/.exec(manager) ?? [];
  if (command !== undefined) return `kubectl ${command.replaceAll('-', ' ')}`;
  return manager;
}

/** `.spec.template.spec.containers[name="backend"].image` as it is written elsewhere here. */
function readablePath(field: string): string {
  return field
    .replace(/^\./, '')
    .replaceAll(
      /\[[\w-]+=(?:"([^"]*)"|(\w+))(?:,[^\]]*)?\]/g,
      (_, text?: string, word?: string) => `[${text ?? word}]`,
    );
}
