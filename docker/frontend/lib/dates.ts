/** The date of a moment where the user is, as `YYYY-MM-DD`. */
export function dateOf(moment: Date): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

/** Days from one date to another. Counted in UTC, where no day has 23 or 25 hours. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / 86_400_000);
}

export interface DueLabel {
  readonly text: string;
  readonly tone: 'overdue' | 'today' | 'later';
}

/** A due date as people say it. */
export function dueLabel(due: string, today: string): DueLabel {
  const days = daysBetween(today, due);
  if (days === 0) return { text: 'Today', tone: 'today' };
  if (days === 1) return { text: 'Tomorrow', tone: 'later' };
  if (days === -1) return { text: 'Yesterday', tone: 'overdue' };
  const date = new Date(`${due}T00:00Z`);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(date);
  if (days > 1 && days < 7) return { text: format({ weekday: 'long' }), tone: 'later' };
  const year = due.slice(0, 4) === today.slice(0, 4) ? undefined : 'numeric';
  return { text: format({ day: 'numeric', month: 'short', year }), tone: days < 0 ? 'overdue' : 'later' };
}

/** Milliseconds until the user's next day begins. */
export function untilTomorrow(now: Date): number {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}

export function timeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}
