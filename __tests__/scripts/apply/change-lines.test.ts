import { changeDocument, changeLines, changeSummary } from '../../../scripts/apply/change-lines.ts';
import type { FieldChange } from '../../../scripts/apply/field-changes.ts';
import type { ObjectChange, ReleasePlan } from '../../../scripts/apply/release-plan.ts';

const LONG = 'registry.example.com/team/project/todo-backend';

describe('what a release would change', () => {
  test('is told gravest first, new objects by kind, labels as numbers', () => {
    const mark = field('metadata.labels.version', '1', '2');
    const lines = changeLines(
      plan([
        change('Deployment a', 'METADATA', { fields: [mark] }),
        change('Deployment b', 'ROLLING_RESTART', { fields: [mark, field('spec.template.spec.x', 1, 2)], restarts: 2 }),
        change('ConfigMap c', 'DESTROY', { action: 'remove' }),
        change('ConfigMap d', 'DESTROY', { action: 'remove' }),
        change('Service e', 'EXPOSURE', { action: 'create' }),
        change('Service f', 'IN_PLACE', { action: 'create' }),
        change('Service g', 'NO_CHANGE', { action: 'none' }),
      ]),
    );

    expect(lines).toEqual([
      'removes   ConfigMap c, d',
      'restarts  Deployment b (2 pods)',
      '            pod x: 1 -> 2',
      'creates   Service e, f',
      'marks     2 labels of 2 objects',
      'keeps     1 object',
    ]);
  });

  test('fits into the width, with the ends of long values', () => {
    const image = (tag: string) => `${LONG}:c-${tag.repeat(16)}`;
    const fields = [
      field('spec.template.spec.containers[backend].image', image('a'), image('b')),
      field('spec.replicas', 5, 2, { difference: '-3' }),
      field('spec.template.metadata.annotations[checksum/secret]', 'a', 'b'),
      { ...field('data.TOKEN', undefined, undefined), secret: true },
    ];
    const taken = [{ path: 'spec.replicas', by: 'kubectl scale', manager: 'kubectl' }];

    const lines = changeLines(plan([change('Deployment a', 'DISRUPTIVE', { fields, taken, restarts: 1 })]), 60);

    expect(lines).toEqual([
      'disrupts  Deployment a (1 pod restarts)',
      '            backend image: regi…aaaaaaaaa -> regi…bbbbbbbbb',
      '            replicas: 5 -> 2 (-3), set by kubectl scale',
      '            pod annotations[checksum/secret]: changes',
      '            data.TOKEN: changes',
    ]);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
  });

  test('is cut where one object has too many fields', () => {
    const fields = Array.from({ length: 11 }, (_, i) => field(`spec.f${i}`, 1, 2));

    expect(changeLines(plan([change('Service a', 'IN_PLACE', { fields })])).at(-1)).toBe(
      '            and 3 more fields',
    );
  });

  test('begins with what the cluster refuses', () => {
    const rejected = [
      { object: 'Service a', message: `too long ${'word '.repeat(20)}end`, effect: 'NO_CHANGE' as const },
    ];

    const lines = changeLines({ ...plan([change('Service a', 'NO_CHANGE', { action: 'none' })]), rejected });

    expect(lines[0]).toMatch(/^refused {3}Service a: too long word/);
    expect(lines.at(-1)).toMatch(/^ {12}.*end$/);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  test('is said to be nothing, and to be a guess without a namespace', () => {
    const kept = plan([change('Service a', 'NO_CHANGE', { action: 'none' })]);

    expect(changeLines(kept)).toEqual(['nothing changes: 1 object as in the release']);
    const fresh = { ...plan([change('Service a', 'IN_PLACE', { action: 'create' })]), namespaceExists: false };
    expect(changeLines(fresh).at(-1)).toBe('          namespace n does not exist yet: this is what the chart says');
  });

  test('is one line, and a document, for those who want that', () => {
    const some = plan([
      change('Service a', 'IN_PLACE', { action: 'create' }),
      change('Deployment b', 'ROLLING_RESTART', { restarts: 2 }),
      change('Service c', 'DESTROY', { action: 'remove' }),
      change('Service d', 'NO_CHANGE', { action: 'none' }),
    ]);

    expect(changeSummary(some)).toBe('1 new, 1 changed, 1 removed, 2 pods restarted');
    expect(changeSummary(plan([]))).toBe('nothing changes');
    expect(changeDocument(some)).toMatchObject({ effect: 'DESTROY', unchanged: 1, changes: { length: 3 } });
  });
});

function plan(objects: ObjectChange[]): ReleasePlan {
  return {
    ...{ release: 'r', namespace: 'n', objects, effect: 'DESTROY', rejected: [], handovers: [] },
    ...{ forceConflicts: false, namespaceExists: true, manifest: '' },
  };
}

function change(object: string, effect: ObjectChange['effect'], rest: Partial<ObjectChange>): ObjectChange {
  return { object, action: 'change', effect, fields: [], taken: [], restarts: 0, ...rest };
}

function field(path: string, old: FieldChange['old'], now: FieldChange['new'], rest: object = {}): FieldChange {
  return { path, old, new: now, secret: false, ...rest };
}
