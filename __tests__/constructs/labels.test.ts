import { BACKEND, objectLabels, selectorLabels } from '../../constructs/labels.ts';

test('selects by name, instance and component alone', () => {
  const app = { instance: 'my-todo', version: '1.0.0', common: { team: 'blue' } };

  expect(selectorLabels(app, BACKEND)).toEqual({
    'app.kubernetes.io/name': 'todo-backend',
    'app.kubernetes.io/instance': 'my-todo',
    'app.kubernetes.io/component': 'backend',
  });
});

test('labels objects with version and part-of as well', () => {
  expect(objectLabels({ instance: 'my-todo', version: '1.0.0' }, BACKEND)).toEqual({
    'app.kubernetes.io/name': 'todo-backend',
    'app.kubernetes.io/instance': 'my-todo',
    'app.kubernetes.io/component': 'backend',
    'app.kubernetes.io/version': '1.0.0',
    'app.kubernetes.io/part-of': 'todo',
  });
});

test("leaves the version out where it isn't known", () => {
  expect(objectLabels({ instance: 'my-todo' }, BACKEND)).not.toHaveProperty(['app.kubernetes.io/version']);
});

test("an object's own label wins over a common one, and a recommended one over both", () => {
  const app = { instance: 'my-todo', common: { team: 'blue', tier: 'low', 'app.kubernetes.io/part-of': 'x' } };

  const labels = objectLabels(app, BACKEND, { tier: 'high', 'app.kubernetes.io/name': 'y' });

  expect(labels).toMatchObject({ team: 'blue', tier: 'high' });
  expect(labels['app.kubernetes.io/name']).toBe('todo-backend');
  expect(labels['app.kubernetes.io/part-of']).toBe('todo');
});
