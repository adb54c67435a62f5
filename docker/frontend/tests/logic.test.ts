import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError, sentence } from '../lib/api.ts';
import { backoff } from '../lib/backoff.ts';
import { chat } from '../lib/chat.ts';
import { Connection } from '../lib/connection.ts';
import { dateOf, daysBetween, dueLabel, untilTomorrow } from '../lib/dates.ts';
import { apiQueryOf, filtersFromQuery, isFiltered, NO_FILTERS, queryOf } from '../lib/filters.ts';
import { parseTags, problemOf, type TodoFields } from '../lib/todo.ts';

test('waits longer each time, up to half a minute, never the same for all', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 50].map((attempt) => backoff(attempt, 1)),
    [1000, 2000, 4000, 8000, 16000, 30000, 30000],
  );
  assert.equal(backoff(3, 0), 4000);
});

test('says due dates as people do', () => {
  const label = (due: string) => dueLabel(due, '2026-12-30');

  assert.deepEqual(label('2026-12-30'), { text: 'Today', tone: 'today' });
  assert.deepEqual(label('2026-12-31'), { text: 'Tomorrow', tone: 'later' });
  assert.deepEqual(label('2026-12-29'), { text: 'Yesterday', tone: 'overdue' });
  assert.deepEqual(label('2027-01-02'), { text: 'Saturday', tone: 'later' });
  assert.deepEqual(label('2027-01-06'), { text: '6 Jan 2027', tone: 'later' });
  assert.deepEqual(label('2026-12-01'), { text: '1 Dec', tone: 'overdue' });
});

test('counts days, also where a day has 23 hours', () => {
  assert.equal(daysBetween('2026-03-28', '2026-03-30'), 2);
  assert.equal(daysBetween('2026-02-28', '2024-02-28'), -731);
});

test('today is the date on the wall, not the one in Greenwich', () => {
  const lateEvening = new Date(2026, 4, 9, 23, 30);

  assert.equal(dateOf(lateEvening), '2026-05-09');
  assert.equal(untilTomorrow(lateEvening), 30 * 60 * 1000);
});

test('the filters are in the address as shortly as possible, and come back from it', () => {
  const filters = { ...NO_FILTERS, q: 'a & b', tag: 'home', due: 'week', page: 3 } as const;

  assert.equal(queryOf(NO_FILTERS), '');
  assert.equal(queryOf(filters), '?q=a+%26+b&tag=home&due=week&page=3');
  assert.deepEqual(filtersFromQuery(queryOf(filters)), filters);
});

test('the API is told the order even where it is the usual one', () => {
  assert.equal(
    apiQueryOf({ ...NO_FILTERS, q: 'a&b' }, 20),
    '?status=all&q=a%26b&sort=created&order=desc&page=1&page_size=20',
  );
});

test('an address with nonsense shows everything', () => {
  assert.deepEqual(filtersFromQuery('?status=x&sort=__proto__&order=up&page=-1&due=never&page_size=9'), NO_FILTERS);
  assert.deepEqual(filtersFromQuery('?page=1e3'), NO_FILTERS);
});

test('sorting hides nothing, searching does', () => {
  assert.equal(isFiltered({ ...NO_FILTERS, sort: 'title', page: 2, q: '  ' }), false);
  assert.equal(isFiltered({ ...NO_FILTERS, q: 'x' }), true);
  assert.equal(isFiltered({ ...NO_FILTERS, status: 'open' }), true);
});

test('reads tags as people write them', () => {
  assert.deepEqual(parseTags(' #Home, garden;home  #URGENT'), ['home', 'garden', 'urgent']);
  assert.deepEqual(parseTags(' , '), []);
});

test('says what is wrong with a todo before the server has to', () => {
  const todo: TodoFields = { title: 'x', due_date: null, priority: 'normal', tags: [] };

  assert.equal(problemOf(todo), undefined);
  assert.equal(problemOf({ ...todo, title: '' }), 'Write what there is to do.');
  assert.equal(problemOf({ ...todo, title: '👋'.repeat(200) }), undefined);
  assert.match(problemOf({ ...todo, title: 'x'.repeat(201) })!, /at most 200/);
  assert.match(problemOf({ ...todo, tags: Array.from('abcdefghijk') })!, /at most 10/);
  assert.match(problemOf({ ...todo, tags: ['x'.repeat(31)] })!, /longer than 30/);
});

test('makes a sentence of what FastAPI says of fields', () => {
  const detail = [
    { loc: ['body', 'due_date'], msg: 'Input should be a valid date' },
    { loc: ['body', 'title'], msg: 'Value error, must not be empty.' },
  ];

  assert.equal(sentence(detail), 'Due date: Input should be a valid date. Title: must not be empty.');
  assert.equal(sentence('Email or password is wrong.'), 'Email or password is wrong.');
  assert.equal(sentence(undefined), undefined);
  assert.equal(sentence([]), undefined);
});

test('an answer grows piece by piece, and a question that was not taken leaves no trace', () => {
  const before = [{ id: 1, role: 'assistant', text: 'Hello' }] as const;
  const asked = chat(before, { type: 'ask', id: 'a', text: 'hi' });
  const answered = chat(chat(asked, { type: 'piece', text: 'He' }), { type: 'piece', text: 'llo' });

  assert.deepEqual(chat(answered, { type: 'done', id: 9 }).at(-1), { id: 9, role: 'assistant', text: 'Hello' });
  assert.deepEqual(chat(answered, { type: 'note', note: 'Stopped.' }).at(-1), {
    id: 'a',
    role: 'assistant',
    text: 'Hello',
    note: 'Stopped.',
  });
  assert.deepEqual(chat(asked, { type: 'unasked' }), before);
});

test('asks again until the server is back, and says so once', async () => {
  const waits: number[] = [];
  const answers = [new ApiError('Still away.', 502), new ApiError('The database is away.', 503), undefined];
  const connection = new Connection(
    async () => {
      const error = answers.shift();
      if (error) throw error;
    },
    (attempt) => waits.push(attempt) && 0,
  );
  const problems: (string | undefined)[] = [];
  const back = new Promise<void>((resolve) => {
    connection.subscribe(() => {
      const { problem, returns } = connection.snapshot();
      if (problems.at(-1) !== problem) problems.push(problem);
      if (returns === 1) resolve();
    });
  });

  connection.lost('Away.');
  connection.lost('Away, says another request.');
  await back;

  assert.deepEqual(problems, ['Away.', 'Still away.', 'The database is away.', undefined]);
  assert.deepEqual(waits, [0, 1, 2]);
});
