import { imageReference } from '../../constructs/image.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

test.each([
  [{}, 'todo:1.0.0'],
  [{ registry: null, digest: null }, 'todo:1.0.0'],
  [{ registry: 'registry.example.com/team' }, 'registry.example.com/team/todo:1.0.0'],
  [{ digest: DIGEST }, `todo@${DIGEST}`],
  [{ registry: 'localhost:5000', digest: DIGEST }, `localhost:5000/todo@${DIGEST}`],
])('%j is written as %s', (parts, reference) => {
  expect(imageReference({ repository: 'todo', tag: '1.0.0', ...parts })).toBe(reference);
});
