/** The label with the name of the tool that keeps an object. */
export const MANAGED_BY = 'app.kubernetes.io/managed-by';
/** The label with the name of the release that an object is of. */
export const INSTANCE = 'app.kubernetes.io/instance';
/** This program's name, in that label and among those that set fields. */
export const OURS = 'todo-infra';

/** Labels of what is made for a release outside of Helm. */
export function ourLabels(release: string): Readonly<Record<string, string>> {
  return { [MANAGED_BY]: OURS, [INSTANCE]: release };
}

/** A label selector for the objects of a release. */
export function releaseSelector(release: string): string {
  return `${INSTANCE}=${release}`;
}

/** A label selector for what is made for a release outside of Helm. */
export function ourSelector(release: string): string {
  return `${MANAGED_BY}=${OURS},${releaseSelector(release)}`;
}
