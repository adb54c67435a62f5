import { environment } from '../../constructs/environment.ts';

test('leaves out the side of a variable that is null', () => {
  const variables = [
    { name: 'A', value: 'a', valueFrom: null },
    { name: 'B', value: null, valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'EMPTY', value: '' },
  ];

  expect(environment(variables)).toEqual([
    { name: 'A', value: 'a' },
    { name: 'B', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'EMPTY', value: '' },
  ]);
});
