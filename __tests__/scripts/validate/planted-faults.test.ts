import { isNamed } from '../../../scripts/validate/planted-faults.ts';

const FAULT = {
  codes: ['OOMKilled'],
  workload: 'Deployment/web',
  container: 'frontend',
  cause: ['limit of 32Mi'],
  fix: 'limits.memory=256Mi',
};
const FINDING = {
  code: 'OOMKilled',
  subject: 'Pod/web-1 container frontend',
  blocks: ['Deployment/web'],
  cause: 'it needs more than its limit of 32Mi',
  fix: ['apply with --set frontend.resources.limits.memory=256Mi'],
};

describe('a fault is named', () => {
  test('by code, container, workload, cause and fix', () => {
    expect(isNamed(FINDING, FAULT)).toBe(true);
  });

  test.each([
    ['another code', { code: 'CrashLoopBackOff' }],
    ['another container', { subject: 'Pod/web-1 container backend' }],
    ['another workload', { blocks: ['Deployment/api'] }],
    ['a cause without the value that matters', { cause: 'it needs more memory' }],
    ['a fix with another value', { fix: ['apply with --set frontend.resources.limits.memory=64Mi'] }],
    ['no fix', { fix: [] }],
  ])('not by %s', (_, change) => {
    expect(isNamed({ ...FINDING, ...change }, FAULT)).toBe(false);
  });
});
