const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * An amount as the API writes it, as a number: `500m` is 0.5, `1Gi` is 1073741824. Nothing is 0.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantity(text: string | number | undefined | null): number {
  if (text === undefined || text === null) return 0;
  const [, number, suffix = ''] = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([a-zA-Z]*)$/.exec(String(text)) ?? [];
  const factor = FACTORS[suffix];
  if (number === undefined || factor === undefined) throw new Error(`'${text}' is no quantity`);
  return Number(number) * factor;
}

/** CPU for people: `0.35`, `2`. */
export function cpuText(cpu: number): string {
  return String(Math.round(cpu * 100) / 100);
}

/** Memory for people: `384 MiB`, `1.5 GiB`. */
export function memoryText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${Math.round(mebibytes)} MiB` : `${Math.round((mebibytes / 1024) * 10) / 10} GiB`;
}
