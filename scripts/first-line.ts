/** The first line that says something; empty where none does. */
export function firstLine(text: string): string {
  return text.trim().split('\n')[0]!;
}
