/**
 * Whether a request target is a plain path under `/api/`. What two servers could read in two ways (dot segments, encoded
 * slashes, absolute addresses) is not: only so it is certain that nothing else of the backend can be reached.
 *
 * @param target the request line's target, as it came
 */
export function isApiPath(target: string): boolean {
  const path = target.split('?', 1)[0] ?? '';
  return path.startsWith('/api/') && path.slice('/api/'.length).split('/').every(isPlainSegment);
}

function isPlainSegment(segment: string, index: number, segments: readonly string[]): boolean {
  if (/[^\x21-\x7e]|[\\#"<>^`{|}]/.test(segment)) return false;
  // A slash at the end is plain; an empty segment elsewhere is not.
  if (segment === '') return index === segments.length - 1 && index > 0;
  let text: string;
  try {
    text = decodeURIComponent(segment);
  } catch {
    return false;
  }
  return text !== '.' && text !== '..' && !/[/\\\p{Cc}]/u.test(text);
}
