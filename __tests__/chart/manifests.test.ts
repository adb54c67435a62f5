import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { ChartError, manifests } from '../../chart/index.ts';
import { configOf, programOf } from '../support/small-program.ts';

const release = { name: 'my-release', namespace: 'space' };

/** A program of objects of these kinds; the name may follow a slash. */
function kinds(...objects: readonly string[]) {
  return programOf({}, (chart) => {
    objects.forEach((object, i) => {
      const [kind = '', name = 'x'] = object.split('/');
      new ApiObject(chart, `${i}`, { apiVersion: 'v1', kind, metadata: { name } });
    });
  });
}

const namesOf = (program: ReturnType<typeof kinds>) =>
  manifests(program, { release }).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

test('are the objects as plain data', () => {
  const program = configOf({ s: z.string().default('a'), n: z.int().default(1), none: z.string().nullable() }, (v) => ({
    s: v.s,
    n: v.n,
    none: v.none,
    gone: undefined,
  }));

  expect(manifests(program, { release })).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'config' }, data: { s: 'a', n: 1 } },
  ]);
});

test('are sorted as Helm installs them, kinds that it does not know last, those of one kind by name', () => {
  const program = kinds(
    'Widget',
    'Ingress',
    'Deployment/b',
    'Service',
    'Deployment/a',
    'ConfigMap',
    'Secret',
    'ServiceAccount',
    'Alpha',
  );

  expect(namesOf(program)).toEqual([
    'ServiceAccount/x',
    'Secret/x',
    'ConfigMap/x',
    'Service/x',
    'Deployment/a',
    'Deployment/b',
    'Ingress/x',
    'Alpha/x',
    'Widget/x',
  ]);
});

test('have no hooks, and all other annotations', () => {
  const program = programOf({}, (chart) => {
    for (const annotation of ['helm.sh/hook', 'helm.sh/hook-weight', 'helm.sh/resource-policy']) {
      const name = annotation.replace('helm.sh/', '');
      new ApiObject(chart, name, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, annotations: { [annotation]: 'x' } },
      });
    }
  });

  expect(namesOf(program)).toEqual(['Pod/hook-weight', 'Pod/resource-policy']);
});

test('know the name and the namespace of the release', () => {
  const program = configOf({}, (_, { name, namespace }) => ({ name, namespace }));

  const [config] = manifests(program, { release });

  expect(config?.data).toEqual(release);
});

test('have no namespace of their own', () => {
  const [config] = manifests(
    configOf({}, () => ({})),
    { release },
  );

  expect(config?.metadata).toEqual({ name: 'config' });
});

describe('values', () => {
  const web = z
    .object({ port: z.int().min(1).max(65535).default(80), hosts: z.array(z.string()).default(['a']) })
    .prefault({});
  const labels = z.record(z.string(), z.string()).default({ a: '1' });
  const program = configOf({ web, labels, none: z.string().nullable().default('x') }, (v) => ({ ...v }), {
    rules: [{ left: 'web.port', op: '<', right: 9000, message: 'ports are low' }],
  });
  const dataFor = (values: unknown) => manifests(program, { values, release })[0]?.data;

  test('are the defaults', () => {
    expect(dataFor(undefined)).toEqual({ web: { port: 80, hosts: ['a'] }, labels: { a: '1' }, none: 'x' });
  });

  test('are merged over the defaults as Helm merges them', () => {
    expect(dataFor({ web: { hosts: ['b', 'c'] }, labels: { a: null, b: '2' }, none: null })).toEqual({
      web: { port: 80, hosts: ['b', 'c'] },
      labels: { b: '2' },
    });
  });

  test('that are wrong are told all at once, each on its line', () => {
    const wrong = { web: { port: 0, hosts: [1], host: 'x' }, labels: null, unknown: true };

    expect(() => dataFor(wrong)).toThrow(
      new ChartError(
        [
          'web.port is 0; expected an integer from 1 to 65535',
          'web.hosts[0] is 1; expected a string',
          'web.host is not a value; did you mean web.hosts?',
          'labels is missing; expected a map',
          'unknown is not a value',
        ].join('\n'),
      ),
    );
  });

  test('that break rules are told in the words of the rules', () => {
    expect(() => dataFor({ web: { port: 9000 } })).toThrow(
      new ChartError('web.port (9000) must be less than 9000: ports are low'),
    );
  });

  test.each([[[]], ['x'], [7]])('%j is no set of values', (values) => {
    expect(() => dataFor(values)).toThrow(new ChartError(`the values are ${JSON.stringify(values)}; expected a map`));
  });

  test('are left as they were', () => {
    const values = { labels: { b: '2' } };

    dataFor(values);

    expect(values).toEqual({ labels: { b: '2' } });
  });

  test('reach build as null where they are absent, never as undefined', () => {
    const seen: unknown[] = [];
    const item = z.object({ name: z.string(), note: z.string().optional(), port: z.int().default(80) });
    const nullable = programOf({ none: z.string().optional(), items: z.array(item).default([]) }, (_, v) => {
      seen.push(v.none, v.items);
    });

    manifests(nullable, { values: { items: [{ name: 'a' }] }, release });

    expect(seen).toEqual([null, [{ name: 'a', note: null, port: 80 }]]);
  });

  test('have maps in the order of bytes', () => {
    let keys: string[] = [];
    const maps = programOf({ map: z.record(z.string(), z.string()).default({}) }, (_, v) => {
      keys = Object.keys(v.map);
    });

    manifests(maps, {
      values: { map: { '😀': '', '\uffff': '', a: '', B: '', ab: '', __proto__x: '', ü: '' } },
      release,
    });

    expect(keys).toEqual(['B', '__proto__x', 'a', 'ab', 'ü', '\uffff', '😀']);
  });

  test('that are opaque come back whole, wherever they stand', () => {
    const opaque = configOf({ whole: z.unknown().default({}), list: z.array(z.unknown()).default([]) }, (v) => ({
      a: v.whole,
      list: ['first', ...v.list],
    }));
    const whole = { a: [{ b: null }], c: 1e21 };

    const [config] = manifests(opaque, { values: { whole, list: [whole, false] }, release });

    expect(config?.data).toEqual({ a: whole, list: ['first', whole, false] });
  });
});

test('what a construct finds wrong is told with its path', () => {
  const program = programOf({}, (chart) => {
    const config = new ApiObject(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap' });
    config.node.addValidation({ validate: () => ['it has no name'] });
  });

  expect(() => manifests(program, { release })).toThrow(new ChartError('config: it has no name'));
});
