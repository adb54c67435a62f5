import { scratchMounts, scratchVolumes } from '../../constructs/scratch-directory.ts';

test('is a volume with a size limit and its mount', () => {
  const directories = [{ name: 'tmp', path: '/tmp', sizeLimit: '64Mi' }];

  expect(scratchVolumes(directories)).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }]);
  expect(scratchMounts(directories)).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
});
