const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi'];

/** Bytes as Kubernetes writes them, as `1.5Gi`. */
export function bytesText(bytes: number): string {
  let rest = bytes;
  let unit = 0;
  while (rest >= 1024 && unit < BINARY.length - 1) {
    rest /= 1024;
    unit++;
  }
  return `${rounded(rest)}${BINARY[unit]}`;
}

/** An amount of a resource in the unit that people expect: `250m` of cpu, `1.5Gi` of memory. */
export function amountText(resource: string, amount: number): string {
  if (resource.endsWith('cpu')) return amount % 1 === 0 ? String(amount) : `${Math.round(amount * 1000)}m`;
  if (resource.endsWith('memory') || resource.endsWith('storage')) return bytesText(amount);
  return String(amount);
}

function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}
