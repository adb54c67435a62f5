import { ask, type HttpAnswer } from '../http-answer.ts';
import type { Candidate, Way } from './addresses.ts';

/** An address, and what came of trying it. */
export interface TriedAddress {
  readonly way: Way;
  readonly url: string;
  /** Whether the page answers, and the backend through it. */
  readonly isGood: boolean;
  /** How long it is there: as long as the release, or as long as a command runs. */
  readonly stays: 'release' | 'command';
  /** In a few words. */
  readonly answer: string;
}

export interface TryOptions {
  /** A path of the backend's health that the frontend passes on. @default '/api/health' */
  readonly healthPath?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Milliseconds for one request. */
const PATIENCE = 3000;

/** Tries an address of the release. @param end when all has to be over, as `Date.now` has it */
export async function tryCandidate(candidate: Candidate, options: TryOptions, end: number): Promise<TriedAddress> {
  const { way, url, address, obstacle } = candidate;
  const tried = { way, url, stays: 'release' as const };
  if (obstacle !== undefined) return { ...tried, isGood: false, answer: obstacle };
  const verdict = await tryUrl(url, options, end);
  if (verdict.isUnknownHost !== true || address === undefined) return { ...tried, ...verdict };
  const behind = await tryUrl(url, options, end, address);
  const host = new URL(url).hostname;
  const why = behind.isGood ? `${address} answers for it, but DNS does not know ${host}` : `DNS does not know ${host}`;
  return { ...tried, isGood: false, answer: why };
}

export interface Verdict {
  readonly isGood: boolean;
  readonly answer: string;
  readonly isUnknownHost?: boolean;
}

/** The page, and then the backend through it. */
export async function tryUrl(url: string, options: TryOptions, end: number, address?: string): Promise<Verdict> {
  const { signal, healthPath: path = '/api/health' } = options;
  const asks = (what: string) =>
    ask(new URL(what, url).href, { timeout: Math.max(1, Math.min(PATIENCE, end - Date.now())), signal, address });
  try {
    const page = await asks('/');
    const problem = pageProblem(page);
    if (problem !== undefined) return { isGood: false, answer: problem };
    const health = await asks(path);
    if (health.status !== 200)
      return { isGood: false, answer: `the page answers, but ${path} through it says ${health.status}` };
    const distrust = page.distrust === undefined ? '' : `; the certificate is not trusted here (${page.distrust})`;
    return { isGood: true, answer: `page and backend answer${distrust}` };
  } catch (error) {
    signal?.throwIfAborted();
    const { code = '', message } = error as NodeJS.ErrnoException;
    return { isGood: false, answer: ANSWERS[code] ?? message, isUnknownHost: code === 'ENOTFOUND' };
  }
}

function pageProblem({ status, contentType }: HttpAnswer): string | undefined {
  if (status !== 200) return `the page says ${status}`;
  return /^text\/html\b/.test(contentType) ? undefined : `the page is no HTML, but '${contentType}'`;
}

const ANSWERS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection breaks',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOTFOUND: 'DNS does not know it',
  EAI_AGAIN: 'DNS does not answer',
};
