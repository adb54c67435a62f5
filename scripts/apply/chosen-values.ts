import type { JsonObject } from '../../chart/json.ts';
import { mergeFiles } from '../../chart/merge-values.ts';
import type { Values } from '../../values/schema.ts';
import { COMPONENTS } from '../build/plan.ts';
import { overProfile, type Profile, type ValuedInstallation } from '../installation.ts';
import { isGiven } from './images.ts';
import type { Target } from './target.ts';

export interface ChoiceOfValues {
  readonly installation: Pick<ValuedInstallation, 'profile' | 'given'>;
  readonly target: Pick<Target, 'context' | 'minikube'>;
  /** Where the images are pushed to. @default - they are loaded into Minikube */
  readonly registry?: string | undefined;
}

const EXAMPLE_REGISTRY = 'registry.example.com';

/** The user's values over those of the profile that fits, where the user has named none. */
export function chosenOverrides({ installation, target, registry }: ChoiceOfValues): JsonObject {
  const { given, profile } = installation;
  // What was loaded into nodes is never pulled.
  const fitting: Profile = target.minikube !== undefined && registry === undefined ? 'local' : 'default';
  const values = overProfile(profile ?? fitting, given);
  // A user's own image may have to be pulled, unless the user has asked for the profile that forbids it.
  const named = profile === undefined ? COMPONENTS.filter((component) => isGiven(given, component)) : [];
  return named.reduce((all, component) => mergeFiles(mergeFiles(all, pulled(component)), given), values);
}

function pulled(component: string): JsonObject {
  return { [component]: { image: { pullPolicy: 'IfNotPresent' } } };
}

/** What can be told of the images before anything is built. */
export function imageProblems({ installation, target, registry }: ChoiceOfValues, values: Values): string[] {
  const own = COMPONENTS.filter((component) => !isGiven(installation.given, component));
  const problems: string[] = [];
  if (own.length > 0 && registry === undefined && target.minikube === undefined)
    problems.push(
      `context '${target.context}' is none of Minikube's: its nodes cannot take images from this machine; give --registry, or name images: --set backend.image.repository=...`,
    );
  for (const component of COMPONENTS) {
    const { image } = values[component];
    const isOwn = own.includes(component);
    if (image.registry === EXAMPLE_REGISTRY && !(isOwn && registry !== undefined))
      problems.push(`${component}.image.registry is the example '${EXAMPLE_REGISTRY}'; give --registry, or set it`);
    if (image.pullPolicy === 'Always' && isOwn && registry === undefined)
      problems.push(
        `${component}.image.pullPolicy is Always: the node would look for an image in a registry that is only on this machine; set it to IfNotPresent or Never`,
      );
  }
  return problems;
}
