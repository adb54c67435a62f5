/** What generated values have to have, by paths as shapes have them: `[]` stands for each element. */
export interface Aim {
  /** The option of each choice, by its id. */
  readonly answers: ReadonlyMap<string, number>;
  /** How many elements lists and maps have. */
  readonly lengths: ReadonlyMap<string, number>;
  /** Keys that maps have. */
  readonly wanted: ReadonlyMap<string, readonly string[]>;
  /** Keys that are worth trying in maps: those that meet others. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** The places that an aim says something of. */
export function placesOf({ answers, lengths, wanted }: Aim): string[] {
  const asked = [...answers.keys()].map((id) => id.slice(id.indexOf(':') + 1));
  return [...asked, ...lengths.keys(), ...wanted.keys()];
}

export const NO_AIM: Aim = { answers: new Map(), lengths: new Map(), wanted: new Map(), keys: new Map() };
