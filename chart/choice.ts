import { type Scope, scopeOf, type ValueReference } from './reference.ts';

/** A question that ordinary TypeScript asks of a value and a template can ask too. */
export interface Choice {
  readonly id: string;
  readonly reference: ValueReference;
  readonly kind: 'boolean' | 'enum' | 'set' | 'filled';
  /** The answers: booleans, an enum's strings; 'set' and 'filled' (not null, not empty) are booleans as well. */
  readonly options: readonly (boolean | string)[];
  /** The option that the default values give. */
  readonly base: number;
  /** The loop whose element is asked. */
  readonly scope?: Scope;
}

/** Which option each choice takes, by the choice's id. */
export type Assignment = ReadonlyMap<string, number>;

export function choiceOf(reference: ValueReference, kind: Choice['kind'], base: boolean | string): Choice {
  const options: readonly (boolean | string)[] =
    kind === 'enum' && reference.shape.kind === 'enum' ? reference.shape.options : [false, true];
  const id = `${kind}:${reference.id}`;
  return { id, reference, kind, options, base: Math.max(0, options.indexOf(base)), scope: scopeOf(reference) };
}
