/** Writes one line of JSON, as log collectors read it. */
export function log(level: 'info' | 'warning' | 'error', message: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })}\n`);
}
