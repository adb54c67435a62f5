import { containerResources } from '../../constructs/resources.ts';

test('passes amounts on as they are', () => {
  const resources = { requests: { cpu: 0.5, memory: '64Mi' }, limits: { 'ephemeral-storage': '1Gi' } };

  expect(containerResources(resources)).toEqual(resources);
});

test('leaves out what is null', () => {
  expect(containerResources({ requests: { cpu: null, memory: '64Mi' } })).toEqual({
    requests: { memory: '64Mi' },
    limits: {},
  });
});
