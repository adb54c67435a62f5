/** What the labels of all objects of one installation have in common. */
export interface AppLabels {
  /** Name of this installation, as in `app.kubernetes.io/instance`. */
  readonly instance: string;
  /** The application's version. @default - no version label */
  readonly version?: string;
  /** More labels for every object. The recommended ones win. @default - none */
  readonly common?: Readonly<Record<string, string>>;
}

/** One part of the application. */
export interface Component {
  /** As in `app.kubernetes.io/name`. */
  readonly name: string;
  /** Its role, as in `app.kubernetes.io/component`. */
  readonly component: string;
}

export const BACKEND: Component = { name: 'todo-backend', component: 'backend' };
export const FRONTEND: Component = { name: 'todo-frontend', component: 'frontend' };
export const DATABASE: Component = { name: 'todo-db', component: 'database' };
/** Where Postgres listens. */
export const DATABASE_PORT = 5432;

/** The labels by which a component's pods are found. They never change, as selectors cannot. */
export function selectorLabels(app: AppLabels, { name, component }: Component): Record<string, string> {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': app.instance,
    'app.kubernetes.io/component': component,
  };
}

/** The labels that Kubernetes recommends, for an object's metadata, with more labels of this object alone. */
export function objectLabels(
  app: AppLabels,
  component: Component,
  more?: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...app.common,
    ...more,
    ...selectorLabels(app, component),
    ...(app.version !== undefined && { 'app.kubernetes.io/version': app.version }),
    'app.kubernetes.io/part-of': 'todo',
  };
}
