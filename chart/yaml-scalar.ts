import { isScalar, Scalar } from 'yaml';

/** What a scalar resolves to: an integer is a bigint, a float is a number. */
export type YamlScalar = string | number | bigint | boolean | null;

const standard = 'tag:yaml.org,2002:';
const int64 = 2n ** 63n;
const words = new Map<string, YamlScalar>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
]);

/**
 * What a scalar means by its tag, its quotes and its text.
 * @see https://github.com/yaml/go-yaml/blob/v2.4.4/resolve.go
 */
export function resolveScalar(node: Scalar<string>, refuse: (why: string) => never): YamlScalar {
  const { tag, type, value: text } = node;
  if (tag === undefined) return type === Scalar.PLAIN ? resolvePlain(text) : text;
  const name = tag.startsWith(standard) ? tag.slice(standard.length) : '';
  if (name === 'binary') return decodeBase64(text) ?? refuse('!!binary takes the base64 of a text in UTF-8');
  if (name === 'timestamp') return refuse('!!timestamp is not supported; leave it out: dates are strings');
  if (!['bool', 'int', 'float', 'null'].includes(name)) return text;

  const value = resolvePlain(text);
  if (name === 'float' && typeof value === 'bigint' && value < int64) return Number(value);
  return typeName(value) === name ? value : refuse(`'${text}' is not of the type !!${name}`);
}

/** What a text without quotes means. */
export function resolvePlain(text: string): YamlScalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) return toFloat(text.replace(/(?<=\d)_(?=\d)/g, '')) ?? text;
  if (!/^[-+\d]/.test(text)) return text;
  const digits = text.replaceAll('_', '');
  return toInteger(digits) ?? toFloat(digits) ?? text;
}

/** Go's ParseInt and ParseUint with base 0. A sign may follow `0b` too. */
function toInteger(text: string): bigint | undefined {
  const signed = text.replace(/^0b(?<sign>[-+])/, '$<sign>0b');
  const match = /^([-+]?)(0x[\da-f]+|0o[0-7]+|0b[01]+|0[0-7]*|[1-9]\d*)$/i.exec(signed);
  if (match === null) return undefined;
  const [, sign, digits] = match as unknown as [string, string, string];
  const size = BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits);
  if (sign === '-') return size <= int64 ? -size : undefined;
  return size < (sign === '+' ? int64 : 2n * int64) ? size : undefined;
}

function toFloat(text: string): number | undefined {
  if (!/^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:e[-+]?\d+)?$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function typeName(value: YamlScalar): string {
  if (value === null) return 'null';
  return { bigint: 'int', number: 'float', boolean: 'bool' }[typeof value as string] ?? 'str';
}

function decodeBase64(text: string): string | undefined {
  const base64 = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  const decoded = bytes.toString();
  return Buffer.from(decoded).equals(bytes) ? decoded : undefined;
}

/** Whether a key is the merge key `<<`. */
export function isMergeKey(key: unknown): boolean {
  if (!isScalar(key) || key.value !== '<<') return false;
  return key.tag === undefined ? key.type === Scalar.PLAIN : key.tag === '!' || key.tag === `${standard}merge`;
}

/** A key as sigs.k8s.io/yaml writes it in JSON; undefined for integers that it refuses. */
export function keyText(key: NonNullable<YamlScalar>): string | undefined {
  if (typeof key === 'bigint' && key >= int64) return undefined;
  return typeof key === 'number' ? formatFloat32(key) : String(key);
}

/** Go's FormatFloat(value, 'g', -1, 32). */
function formatFloat32(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return '.nan';
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  let digits = 0;
  while (Math.fround(Number(single.toExponential(digits))) !== single) digits++;
  const [mantissa, exponent] = single.toExponential(digits).split('e') as [string, string];
  const power = Number(exponent);
  if (power < -4 || power >= 6) return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  return Object.is(single, -0) ? '-0' : String(Number(single.toExponential(digits)));
}
