import type { JsonObject } from '../json.ts';

/** One respect in which a place takes less or more than it did. */
export interface Finding {
  readonly narrower: boolean;
  /** What is new, and what was. */
  readonly what: string;
  /** What it does to a values file. */
  readonly effect: string;
  /** Where narrower: a JSON schema that what is taken now fits, and what is no longer taken does not. */
  readonly must?: JsonObject;
}
