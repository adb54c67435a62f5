import { type Scope, scopeOf, type ValueReference, withTurns } from './reference.ts';

/** A question that ordinary TypeScript asks of a value and a template can ask too. */
export interface Choice {
  readonly id: string;
  readonly reference: ValueReference;
  readonly kind: 'boolean' | 'enum' | 'set' | 'filled';
  /** The answers: booleans, an enum's strings; 'set' and 'filled' (not null, not empty) are booleans as well. */
  readonly options: readonly (boolean | string)[];
  /** The loop whose element is asked. */
  readonly scope?: Scope;
}

/**
 * Which option each choice takes, by the choice's id; the first where it is left out. The first ones are true, set and
 * filled, whatever the defaults are: most of a program is there then, and programs that differ in defaults alone get
 * the same templates.
 */
export type Assignment = ReadonlyMap<string, number>;

/** All elements of a list are asked at once: which of them asks makes no difference. */
export function choiceOf(asked: ValueReference, kind: Choice['kind']): Choice {
  const reference = withTurns(asked, () => '');
  const options: readonly (boolean | string)[] =
    kind === 'enum' && reference.shape.kind === 'enum' ? reference.shape.options : [true, false];
  const id = `${kind}:${reference.id}`;
  return { id, reference, kind, options, scope: scopeOf(reference) };
}

/** The option of a choice that stands for true, set or filled. */
export const YES = 0;
