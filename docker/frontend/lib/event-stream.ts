export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/**
 * Reads a stream of server-sent events, in whichever pieces it comes.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const parser = new EventParser();
  // It also takes the byte order mark away, and keeps the half of a character for the next piece.
  const decoder = new TextDecoder();
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield* parser.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    // Also when the caller has had enough: the server hears of it.
    await reader.cancel().catch(() => {});
  }
}

/** Takes text in pieces, and gives the events that are complete. What the end of a stream cuts off is no event. */
export class EventParser {
  private rest = '';
  private event = '';
  private data: string[] = [];

  push(text: string): ServerEvent[] {
    const events: ServerEvent[] = [];
    this.rest += text;
    for (;;) {
      const end = /\r\n|\n|\r/.exec(this.rest);
      // A CR at the end of a piece may be the first half of a CRLF.
      if (end === null || (end[0] === '\r' && end.index === this.rest.length - 1)) return events;
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      if (line !== '') this.field(line);
      else {
        if (this.data.length > 0) events.push({ event: this.event || 'message', data: this.data.join('\n') });
        this.event = '';
        this.data = [];
      }
    }
  }

  private field(line: string): void {
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (name === 'event') this.event = value;
    else if (name === 'data') this.data.push(value);
  }
}
