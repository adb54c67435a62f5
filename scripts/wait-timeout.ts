import { CommandError } from './command-error.ts';

/**
 * Reads what `--wait-timeout` says: `120s`, `2m`, `1m30s`, or a number of seconds.
 *
 * @returns seconds
 * @throws CommandError with exit code 2
 */
export function waitTimeout(text: string): number {
  const [match, minutes, rest] = /^(?:(\d+)m)?(?:(\d+)s?)?$/.exec(text) ?? [];
  const total = Number(minutes ?? 0) * 60 + Number(rest ?? 0);
  if (match === undefined || total <= 0)
    throw new CommandError(`--wait-timeout is '${text}'; expected a time such as 90s or 3m`, { exitCode: 2 });
  return total;
}
