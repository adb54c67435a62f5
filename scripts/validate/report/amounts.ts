import type { FigureUnit } from './report.ts';

/** Seconds for people: `0.4 s`, `45.0 s`, `6 min 12 s`, `1 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Milliseconds for people: `4.2 ms`, `120 ms`, `1.5 s`. */
export function latency(milliseconds: number): string {
  if (milliseconds < 9.95) return `${grouped(milliseconds)} ms`;
  return milliseconds < 999.5 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** `12.5 s`, `3`, `21,000 requests`. */
export function amount(value: number, unit: FigureUnit | 'ms'): string {
  return unit === '' ? grouped(value) : `${grouped(value)} ${unit}`;
}

/** With at most one decimal: `21,000`. */
export function grouped(value: number): string {
  return NUMBERS.format(value);
}

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
