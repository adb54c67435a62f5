import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventParser, type ServerEvent, serverEvents } from '../lib/event-stream.ts';

const STREAM =
  ': a comment\r\nevent: text\r\ndata: {"text": "Grüße 👋"}\r\n\r\nevent:todos\rdata:{"changed": true}\r\rdata: one\ndata:\ndata:  two\nid: 7\nretry: 5\nunknown\n\nevent: done\ndata: {"message_id": 3}\n\n';

const EVENTS: ServerEvent[] = [
  { event: 'text', data: '{"text": "Grüße 👋"}' },
  { event: 'todos', data: '{"changed": true}' },
  { event: 'message', data: 'one\n\n two' },
  { event: 'done', data: '{"message_id": 3}' },
];

async function eventsOf(pieces: readonly Uint8Array[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const events: ServerEvent[] = [];
  for await (const event of serverEvents(body)) events.push(event);
  return events;
}

test('reads the same events wherever the stream is split, in the middle of a line end or of a character too', async () => {
  const bytes = new TextEncoder().encode(STREAM);

  for (let at = 0; at <= bytes.length; at++)
    assert.deepEqual(await eventsOf([bytes.slice(0, at), bytes.slice(at)]), EVENTS, `split at ${at}`);
  assert.deepEqual(await eventsOf([...bytes].map((byte) => Uint8Array.of(byte))), EVENTS);
});

test('gives an event as soon as it is complete', () => {
  const parser = new EventParser();

  assert.deepEqual(parser.push('data: 1\n'), []);
  assert.deepEqual(parser.push('\ndata: 2'), [{ event: 'message', data: '1' }]);
  assert.deepEqual(parser.push('\n\n'), [{ event: 'message', data: '2' }]);
});

test('a CRLF in two pieces is one line end', () => {
  const parser = new EventParser();

  assert.deepEqual(parser.push('data: a\r'), []);
  assert.deepEqual(parser.push('\ndata: b\r'), []);
  assert.deepEqual(parser.push('\n\r\n'), [{ event: 'message', data: 'a\nb' }]);
});

test('leaves out what has no data, forgets its name, and drops what the end cuts off', async () => {
  const text = '\uFEFFevent: ping\n\ndata: kept\n\nevent: text\ndata: cut';

  assert.deepEqual(await eventsOf([new TextEncoder().encode(text)]), [{ event: 'message', data: 'kept' }]);
});

test('cancels the stream when the reader leaves', async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('data: x\n\n')),
    cancel: () => {
      cancelled = true;
    },
  });

  for await (const _ of serverEvents(body)) break;

  assert.equal(cancelled, true);
});
