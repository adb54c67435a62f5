import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../chart/json.ts';
import { chosenOverrides, imageProblems } from '../../../scripts/apply/chosen-values.ts';
import type { Profile } from '../../../scripts/installation.ts';
import { Minikube } from '../../../scripts/minikube.ts';
import { todoValues } from '../../../scripts/todo-values.ts';
import { presets } from '../../../values/presets.ts';

const MINIKUBE = { context: 'minikube', minikube: { command: new Minikube('minikube'), status: undefined } };
const OTHER = { context: 'prod', minikube: undefined };

describe('the profile that fits', () => {
  test('is local on Minikube: what was loaded is never pulled', () => {
    expect(policies({ target: MINIKUBE })).toEqual(['Never', 'Never']);
  });

  test('is the default one elsewhere, and with a registry', () => {
    expect(policies({ target: OTHER })).toEqual(['IfNotPresent', 'IfNotPresent']);
    expect(policies({ target: MINIKUBE, registry: '127.0.0.1:5000' })).toEqual(['IfNotPresent', 'IfNotPresent']);
  });

  test('lets the node pull an image that the user names', () => {
    const given = { backend: { image: { repository: 'ghcr.io/somebody/backend' } } };

    expect(policies({ target: MINIKUBE, given })).toEqual(['IfNotPresent', 'Never']);
  });

  test('is the one that the user names, also for an image that is named', () => {
    const given = { backend: { image: { tag: 'mine' } } };

    expect(policies({ target: MINIKUBE, given, profile: 'local' })).toEqual(['Never', 'Never']);
  });

  test('gives way to what the user sets', () => {
    const given = { backend: { image: { tag: 'mine', pullPolicy: 'Always' } } };

    expect(policies({ target: MINIKUBE, given })).toEqual(['Always', 'Never']);
  });
});

describe('before anything is built it is told', () => {
  test('that nodes elsewhere cannot take images from this machine', () => {
    expect(problems({ target: OTHER })).toEqual([
      "context 'prod' is none of Minikube's: its nodes cannot take images from this machine; give --registry, or name images: --set backend.image.repository=...",
    ]);
    expect(problems({ target: OTHER, registry: 'ghcr.io/somebody' })).toEqual([]);
  });

  test('that the example of a registry is no registry', () => {
    expect(problems({ target: OTHER, profile: 'cluster' })).toContain(
      "frontend.image.registry is the example 'registry.example.com'; give --registry, or set it",
    );
  });

  test('that a node would look for a loaded image in a registry', () => {
    const given = { backend: { image: { pullPolicy: 'Always' } } };

    expect(problems({ target: MINIKUBE, given })).toEqual([
      'backend.image.pullPolicy is Always: the node would look for an image in a registry that is only on this machine; set it to IfNotPresent or Never',
    ]);
  });
});

interface Choice {
  readonly target: typeof MINIKUBE | typeof OTHER;
  readonly given?: JsonObject;
  readonly profile?: Profile;
  readonly registry?: string;
}

function choice({ target, given = {}, profile, registry }: Choice) {
  return { target, registry, installation: { given, profile } };
}

function policies(options: Choice): string[] {
  const { backend, frontend } = todoValues(presets[0]!, chosenOverrides(choice(options)));
  return [backend.image.pullPolicy, frontend.image.pullPolicy];
}

function problems(options: Choice): string[] {
  const chosen = choice(options);
  return imageProblems(chosen, todoValues(presets[0]!, chosenOverrides(chosen)));
}
