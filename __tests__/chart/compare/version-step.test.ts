import { describe, expect, test } from '@jest/globals';
import { type Extent, versionStep } from '../../../chart/compare/version-step.ts';

describe('the version that changes need', () => {
  test.each<[string, Extent, string]>([
    ['1.2.3', 'nothing', '1.2.3'],
    ['1.2.3', 'files', '1.2.4'],
    ['1.2.3', 'compatible', '1.3.0'],
    ['1.2.3', 'breaking', '2.0.0'],
    ['0.1.9', 'files', '0.1.10'],
    ['0.1.9', 'compatible', '0.1.10'],
    ['0.1.9', 'breaking', '0.2.0'],
    ['2.0.0-rc.1', 'breaking', '2.0.0'],
  ])('after %s for %s is %s', (from, extent, needed) => {
    expect(versionStep(from, from, extent).needed).toBe(needed);
    expect(versionStep(from, needed, extent).fits).toBe(true);
    expect(versionStep(from, from, extent).fits).toBe(extent === 'nothing');
  });
});

describe('a new version', () => {
  test.each<[string, string, Extent, boolean]>([
    ['1.2.3', '1.2.9', 'compatible', false],
    ['1.2.3', '1.9.0', 'breaking', false],
    ['1.2.3', '3.0.0', 'files', true],
    ['0.9.9', '1.0.0', 'breaking', true],
    ['0.10.0', '0.9.9', 'files', false],
    ['1.2.3', '1.2.2', 'nothing', false],
    ['1.2.3', '1.2.4', 'nothing', true],
    ['1.2.3', '1.2.3+build.2', 'files', false],
    ['1.2.3', '2.0.0-rc.1', 'breaking', true],
    ['1.2.3', '1.2.3-rc.1', 'files', false],
    ['2.0.0-rc.1', '2.0.0-rc.2', 'breaking', true],
    ['2.0.0-rc.2', '2.0.0-rc.10', 'breaking', true],
    ['2.0.0-rc.10', '2.0.0-rc.2', 'breaking', false],
    ['2.0.0-rc', '2.0.0-rc.1', 'files', true],
    ['2.0.0-1', '2.0.0-a', 'files', true],
    ['2.0.0-a', '2.0.0-1', 'files', false],
    ['2.0.0-a', '2.0.0-b', 'files', true],
  ])('from %s to %s with %s: fits is %s', (from, to, extent, fits) => {
    expect(versionStep(from, to, extent).fits).toBe(fits);
  });
});

describe('the verdict', () => {
  test.each<[string, string, Extent, string]>([
    ['0.1.0', '0.1.0', 'breaking', '0.1.0 -> 0.1.0: breaking changes need 0.2.0'],
    ['1.0.0', '1.0.1', 'compatible', '1.0.0 -> 1.0.1: compatible changes need 1.1.0'],
    ['1.0.0', '1.0.0', 'files', '1.0.0 -> 1.0.0: changed files need 1.0.1'],
    ['0.1.0', '0.2.0', 'breaking', '0.1.0 -> 0.2.0: fits breaking changes'],
    ['0.1.0', '0.1.0', 'nothing', '0.1.0: nothing changed'],
    ['0.1.0', '0.1.1', 'nothing', '0.1.0 -> 0.1.1: nothing changed but the version'],
    ['0.2.0', '0.1.0', 'breaking', '0.2.0 -> 0.1.0: a version does not go back; breaking changes need 0.3.0'],
    ['0.2.0', '0.1.0', 'nothing', '0.2.0 -> 0.1.0: a version does not go back; expected at least 0.2.0'],
  ])('from %s to %s with %s: %s', (from, to, extent, verdict) => {
    expect(versionStep(from, to, extent).verdict).toBe(verdict);
  });
});

test('a text that is no version is refused', () => {
  expect(() => versionStep('1.0', '1.0.0', 'files')).toThrow(
    "'1.0' is no version; expected a semantic one such as 1.0.0",
  );
});
