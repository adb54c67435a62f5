import { Redactor } from '../../scripts/redactor.ts';

const URL_WITH_PASSWORD = 'postgresql://todo:p%40ss-word-1@db.example.com:5432/todo';

test.each([
  ['as it is', 'key sk-Ab12"cd34 refused', 'key *** refused'],
  ['in JSON', JSON.stringify({ key: 'sk-Ab12"cd34' }), '{"key":"***"}'],
  ['in a URL', `https://example.com/?key=${encodeURIComponent('sk-Ab12"cd34')}`, 'https://example.com/?key=***'],
  ["as a Secret's data", Buffer.from('sk-Ab12"cd34').toString('base64'), '***'],
  ['more than once', 'sk-Ab12"cd34 sk-Ab12"cd34', '*** ***'],
])('takes a secret out %s', (_, text, expected) => {
  const { redact } = new Redactor(['sk-Ab12"cd34']);

  expect(redact(text)).toBe(expected);
});

test.each([
  ['the whole URL', `unable to parse ${URL_WITH_PASSWORD}`, 'unable to parse ***'],
  ['its password as it is written', 'role todo, p%40ss-word-1', 'role todo, ***'],
  ['its password as it is meant', 'role todo, p@ss-word-1', 'role todo, ***'],
])('takes out of a text about a database %s', (_, text, expected) => {
  const redactor = new Redactor();
  redactor.add(URL_WITH_PASSWORD);

  expect(redactor.redact(text)).toBe(expected);
});

test('leaves text alone that only looks like a short or plain secret', () => {
  const { redact } = new Redactor(['', 'todo', 'password', 'postgresql://todo:todo@todo-db:5432/todo']);

  expect(redact('todo-backend has no password')).toBe('todo-backend has no password');
});
