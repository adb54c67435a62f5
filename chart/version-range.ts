/** Whether Helm takes a text for a range of versions, such as `^1.2.0`, `>=1.0 <2`, `1.x || 3.4 - 3.6`. */
export function isVersionRange(text: string): boolean {
  return text.split('||').every((part) => ALL.test(part.replace(HYPHEN, ' >=$1, <=$2 ')));
}

/** @see https://github.com/Masterminds/semver/blob/v3.4.0/constraints.go */
const PART = String.raw`(?:\d+|[xX*])`;
const LABEL = String.raw`[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*`;
const VERSION = String.raw`v?${PART}(?:\.${PART}){0,2}(?:-${LABEL})?(?:\+${LABEL})?`;
const ONE = String.raw`(?:!=|=>|=<|>=|<=|~>|[=<>~^])?\s*${VERSION}`;
const HYPHEN = new RegExp(String.raw`(?<![^\s|])(${VERSION})\s+-\s+(${VERSION})(?![^\s,|])`, 'g');
const ALL = new RegExp(String.raw`^\s*${ONE}(?:(?:\s+|\s*,\s*)${ONE})*\s*$`);
