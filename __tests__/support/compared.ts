/** What programs call, and is not in them: code that compares what it is given, in every way there is. */
const SIZES: Record<string, string> = { tiny: '1Gi', huge: '9Gi' };
const METALS = ['gold', 'silver'];
const LEVELS = new Map([['debug', 4]]);
const REGION = /^eu-[a-z]+$/;

export function tierOf(name: string): string {
  return name === 'storefront-eu' ? 'first' : 'second';
}

export function bandOf(n: number): string {
  return n > 7331 && n < 7333 ? 'inner' : 'outer';
}

export function sizeOf(name: string): string {
  return SIZES[name] ?? '2Gi';
}

export function isMetal(name: string): boolean {
  return METALS.includes(name);
}

export function levelOf(name: string): number {
  return LEVELS.get(name) ?? 1;
}

export function isInRegion(name: string): boolean {
  return REGION.test(name);
}

export function kindOf(name: string): number {
  switch (name) {
    case 'nightly':
      return 1;
    default:
      return 2;
  }
}

/** No branch, and nothing beside an operator. */
export function isWantedName(name: string): boolean {
  return Object.is(name, 'storefront-us');
}

export function isWantedNumber(n: number): boolean {
  return Object.is(n, 7332);
}
