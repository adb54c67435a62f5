import { randomBytes, randomUUID } from 'node:crypto';
import { Duration, Lazy, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { z } from 'zod';
import { compileTemplates } from '../../../chart/compile.ts';
import { ChartError, sha256 } from '../../../chart/index.ts';
import { addConfig, configOf, programOf, refusalOf } from '../../support/small-program.ts';

const s = { s: z.string().default('a') };
const n = { n: z.int().default(80) };
const on = { on: z.boolean().default(false) };
const names = { names: z.array(z.string()).default([]) };

const ALONE = 'build must depend on its arguments alone: no Date, no Math.random, no state between runs';
const ALLOWED = 'let the schema or a rule refuse them';
const OWN = 'build must leave its values alone: make a variable or a copy of your own';
const JSON_ALONE = 'expected text, numbers, true, false, null, lists and maps alone';

describe('what is not a function of the arguments', () => {
  let count = 0;
  const kept: string[] = [];

  test.each<[string, () => unknown, string]>([
    ['Math.random', () => Math.random(), ` (Math.random() at app.ts:1); ${ALONE}`],
    ['a choice by chance', () => (Math.random() < 0.05 ? 'rare' : 'often'), ` (Math.random() at app.ts:1); ${ALONE}`],
    ['Date.now', () => Date.now(), ` (Date.now() at app.ts:1); ${ALONE}`],
    ['new Date', () => new Date().toISOString(), ` (new Date() at app.ts:1); ${ALONE}`],
    ['the year', () => new Date().getFullYear(), ` (new Date() at app.ts:1); ${ALONE}`],
    ['the hour', () => new Date().getUTCHours(), ` (new Date() at app.ts:1); ${ALONE}`],
    ['Date as a function', () => Date(), ` (Date() at app.ts:1); ${ALONE}`],
    ['performance.now', () => performance.now(), `; ${ALONE}`],
    ['randomUUID', () => randomUUID(), `; ${ALONE}`],
    ['randomBytes', () => randomBytes(8).toString('hex'), `; ${ALONE}`],
    ['a counter', () => count++, `; ${ALONE}`],
  ])('%s', (_, made, expected) => {
    expect(refusalOf(configOf({}, () => ({ a: made() })))).toBe(
      `config.data.a differs between two runs of build with the same values${expected}`,
    );
  });

  test.each<[string, () => unknown, string]>([
    ['the year', () => new Date().getFullYear(), 'new Date()'],
    ['a choice by chance', () => (Math.random() < 0.5 ? 'x' : 'y'), 'Math.random()'],
  ])('%s, in a branch', (_, made, expected) => {
    expect(refusalOf(configOf(on, (v) => (v.on ? {} : { a: made() })))).toBe(
      `config.data.a differs between two runs of build with the same values (${expected} at app.ts:1); ${ALONE}`,
    );
  });

  test('what an earlier run has kept', () => {
    const program = configOf(s, (v) => {
      kept.push(v.s);
      return { a: kept[0] };
    });

    expect(refusalOf(program)).toBe(`config.data.a differs between two runs of build with the same values; ${ALONE}`);
  });

  test('objects that are there once', () => {
    let built = 0;
    const program = programOf({}, (chart) => {
      if (built++ === 0) addConfig(chart, 'once', {});
    });

    expect(refusalOf(program)).toBe(`once differs between two runs of build with the same values; ${ALONE}`);
  });

  test('a build that is async', () => {
    const program = programOf({}, (async () => undefined) as () => void);

    expect(refusalOf(program)).toBe(
      'build is async, and a chart is made of what is there when it returns; load what it needs before defineProgram',
    );
  });

  test.each<[string, () => unknown, string]>([
    ['a promise', async () => 'text', 'notes returns a promise; expected text'],
    ['nothing', () => undefined, 'notes returns undefined; expected text'],
  ])('notes that return %s', (_, notes, expected) => {
    expect(refusalOf(configOf(s, () => ({}), { notes: notes as () => string }))).toBe(expected);
  });
});

describe('build throws', () => {
  test('always', () => {
    const program = programOf({}, () => {
      throw new Error('no luck');
    });

    expect(refusalOf(program)).toBe('build fails, whatever the values are: no luck (at app.ts:1)');
  });

  test('what is no error', () => {
    const program = programOf({}, () => {
      throw 'no luck';
    });

    expect(refusalOf(program)).toBe('build fails, whatever the values are: no luck');
  });

  test('several lines', () => {
    const program = programOf({}, () => {
      throw new Error('no luck:\n  not at all\n');
    });

    expect(refusalOf(program)).toBe('build fails, whatever the values are: no luck: not at all (at app.ts:1)');
  });

  test('for an option', () => {
    const program = configOf(on, (v) => {
      if (v.on) throw new Error('on is not supported');
      return {};
    });

    expect(refusalOf(program)).toBe(
      `build fails for values that the schema allows (values.on = true): on is not supported (at app.ts:1); ${ALLOWED}`,
    );
  });

  test('for a number that the schema allows', () => {
    const program = configOf(n, (v) => {
      if (v.n > 100) throw new Error('n is too large');
      return { a: v.n };
    });

    expect(refusalOf(program)).toBe(
      `build fails for values that the schema allows (values.n = 1000): n is too large (at app.ts:1); ${ALLOWED}`,
    );
  });

  test('for an element that the schema allows', () => {
    const program = configOf(names, (v) => {
      if (v.names.includes('prod')) throw new Error('not in production');
      return { a: [...v.names] };
    });

    expect(refusalOf(program)).toBe(
      `build fails for values that the schema allows (values.names = ["prod"]): not in production (at app.ts:1); ${ALLOWED}`,
    );
  });

  test('for values that a rule refuses', () => {
    const rules = [{ when: [{ path: 'on', in: [true] }], left: 'n', op: '<', right: -1e9, message: 'no' }] as const;
    const program = configOf(
      { ...on, ...n },
      (v) => {
        if (v.on) throw new Error('on is not supported');
        return {};
      },
      { rules },
    );

    expect(refusalOf(program)).toBe(
      'build fails for values that a rule refuses (values.on = true): on is not supported (at app.ts:1); do not throw there, because the compiler tries them all the same',
    );
  });

  test('from a validation of constructs', () => {
    const program = programOf({}, (chart) => {
      chart.node.addValidation({ validate: () => ['no port', 'no name'] });
    });

    expect(refusalOf(program)).toBe('build fails, whatever the values are: demo: no port; demo: no name');
  });

  test('from a validation, for some values', () => {
    const program = configOf(n, (v) => ({ a: v.n }));
    const build: typeof program.build = (chart, values, release) => {
      program.build(chart, values, release);
      chart.node.addValidation({ validate: () => ((values as { n: number }).n > 100 ? ['n is too large'] : []) });
    };

    expect(refusalOf({ ...program, build })).toBe(
      `build fails for values that the schema allows (values.n = 1000): demo: n is too large; ${ALLOWED}`,
    );
  });

  test('in the notes', () => {
    const program = configOf(names, () => ({}), { notes: (v) => v.names[0]!.toUpperCase() });

    expect(refusalOf(program)).toBe(
      `build fails, whatever the values are: Cannot read properties of undefined (reading 'toUpperCase') (at app.ts:1)`,
    );
  });
});

describe('a construct of a library', () => {
  const withProbe = (seconds: (v: { n: number }) => Duration) =>
    programOf(n, (chart, v) => {
      const liveness = kplus.Probe.fromHttpGet('/', { periodSeconds: seconds(v) });
      new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 80, liveness }] });
    });

  test('that looks into a number and fails', () => {
    expect(refusalOf(withProbe((v) => Duration.seconds(v.n)))).toBe(
      `web/Resource looks into values.n and fails while that is not known: Failed serializing construct at path 'demo/web/Resource' with name 'demo-web': Error: values.n must be a whole number of seconds; use something that passes values on as they are, such as ApiObject`,
    );
  });

  test('that looks into a number and leaves 0 out', () => {
    const program = programOf({ n: z.int().min(0).default(80) }, (chart, v) => {
      new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: v.n }] });
    });

    expect(refusalOf(program)).toBe(
      'web/Resource.spec.template.spec.containers[0].ports looks into values.n: for values.n = 0 build makes nothing, which a template cannot work out; print it whole or in text, add a value for what is made of it, or branch on a boolean, an enum or null',
    );
  });

  test('that cuts names', () => {
    const program = programOf(
      {
        name: z
          .string()
          .regex(/^[a-z]+$/)
          .default('data'),
      },
      (chart, v) => {
        const volume = kplus.Volume.fromEmptyDir(chart, 'volume', v.name);
        new kplus.Deployment(chart, 'web', {
          containers: [{ image: 'web', portNumber: 80, volumeMounts: [{ path: '/data', volume }] }],
        });
      },
    );

    expect(refusalOf(program)).toBe(
      'web/Resource.spec.template.spec.containers[0].volumeMounts[0].name looks into values.name: for values.name = "zabcdefghijklmnopqrstuvwxyzzabcdefghijklmnopqrstuvwxyzzabcdefghijklmno" build makes "zabcdefghijklmnopqrstuvwxyzzabcdefghijklmnopqrstuvwxyzzabcdefgh", where a template that passes the value on prints "zabcdefghijklmnopqrstuvwxyzzabcdefghijklmnopqrstuvwxyzzabcdefghijklmno"; print it whole or in a template literal, add a value for what is made of it, or branch on a boolean, an enum or null',
    );
  });

  test("that leaves '' out", () => {
    const program = programOf(s, (chart, v) => {
      new kplus.ConfigMap(chart, 'config', { metadata: { name: 'config' }, data: { a: v.s } });
    });

    expect(refusalOf(program)).toBe(
      'config/Resource.data looks into values.s: for values.s = "" build makes nothing, which a template cannot work out; to leave it out, make it .nullable() and branch on null',
    );
  });

  test('that refuses numbers which the schema allows', () => {
    const program = programOf(n, (chart, v) => {
      new kplus.PersistentVolumeClaim(chart, 'data', { storage: Size.gibibytes(v.n) });
    });

    expect(refusalOf(program)).toBe(
      `build fails for values that the schema allows (values.n = -1): Storage amounts cannot be negative. Received: -1 (at app.ts:1); ${ALLOWED}`,
    );
  });

  test('that refuses numbers which go together in the schema', () => {
    const two = { min: z.int().min(1).default(1), max: z.int().min(1).default(2) };
    const program = programOf(two, (chart, v) => {
      const target = new kplus.Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 80 }] });
      new kplus.HorizontalPodAutoscaler(chart, 'hpa', { target, minReplicas: v.min, maxReplicas: v.max });
    });

    expect(refusalOf(program)).toBe(
      `build fails for values that the schema allows (values.min = 2, values.max = 1): 'minReplicas' (2) must be less than or equal to 'maxReplicas' (1) in order for HorizontalPodAutoscaler to scale (at app.ts:1); ${ALLOWED}`,
    );
  });
});

describe('a look into a value', () => {
  test('after the last object is said of that', () => {
    const program = programOf(names, (chart, v) => {
      for (const id of ['a', 'b', 'c']) addConfig(chart, id, {});
      v.names.find(() => true);
    });

    expect(refusalOf(program)).toBe(
      'c looks into values.names (.find() at app.ts:1); give that element a value of its own',
    );
  });

  test('that fails is named, where real values do not fail', () => {
    const program = configOf(
      {
        s: z
          .string()
          .regex(/^[a-z]+-[a-z]+$/)
          .default('a-b'),
      },
      (v) => ({
        a: v.s.split('-')[1]!.toUpperCase(),
      }),
    );

    expect(refusalOf(program)).toBe(
      "config looks into values.s (.split() at app.ts:1) and fails while that is not known: Cannot read properties of undefined (reading 'toUpperCase'); print it whole or in a template literal, add a value for what is made of it, or branch on a boolean, an enum or null",
    );
  });
});

describe('a change of the values', () => {
  const all = {
    box: z.object({ s: z.string().default('a') }).prefault({}),
    ...names,
    labels: z.record(z.string(), z.string()).default({}),
    opaque: z.unknown().default({}),
  };
  type All = { box: { s: string }; names: string[]; labels: Record<string, string>; opaque: unknown };

  test.each<[string, (v: All) => unknown, string]>([
    ['a field', (v) => (v.box.s = 'b'), `values.box.s is changed at app.ts:1; ${OWN}`],
    ['an object', (v) => (v.box = { s: 'b' }), `values.box is changed at app.ts:1; ${OWN}`],
    ['a list', (v) => v.names.push('b'), `values.names is changed at app.ts:1; ${OWN}`],
    ['a map', (v) => (v.labels.a = 'b'), `values.labels is changed at app.ts:1; ${OWN}`],
    ['a map by assign', (v) => Object.assign(v.labels, { a: 'b' }), `values.labels is changed at app.ts:1; ${OWN}`],
    ['a key that is deleted', (v) => delete v.labels.a, `values.labels is changed at app.ts:1; ${OWN}`],
    [
      'an opaque value',
      (v) => Object.assign(v.opaque as object, { a: 'b' }),
      `values.opaque is changed at app.ts:1; ${OWN}`,
    ],
    [
      'a field that is deleted',
      (v) => delete (v.box as { s?: string }).s,
      `build fails: Cannot delete property 's' of #<Object> (at app.ts:1); ${OWN}`,
    ],
    [
      'another field',
      (v) => Object.assign(v, { other: 'b' }),
      `build fails: Cannot add property other, object is not extensible (at app.ts:1); ${OWN}`,
    ],
  ])('%s', (_, change, expected) => {
    const program = configOf(all, (v) => {
      change(v);
      return {};
    });

    expect(refusalOf(program)).toBe(expected);
  });

  test("the release's name", () => {
    const program = configOf({}, (_, release) => {
      Object.assign(release, { name: 'other' });
      return {};
    });

    expect(refusalOf(program)).toBe(
      `build fails: Cannot assign to read only property 'name' of object '#<Object>' (at app.ts:1); ${OWN}`,
    );
  });
});

describe('sha256', () => {
  test.each<[string, (v: { s: string; n: number }) => unknown]>([
    ['a string', (v) => v.s],
    ['a number', (v) => v.n],
    ['null', () => null],
  ])('of %s', (_, of) => {
    expect(refusalOf(configOf({ ...s, ...n }, (v) => ({ a: sha256(of(v) as object) })))).toBe(
      'sha256 takes a map or a list (at app.ts:1); put the value into one',
    );
  });

  test('of a function', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: sha256([() => v.s]) })))).toBe(
      `what sha256 is given has a function in it; ${JSON_ALONE}`,
    );
  });

  test('in the notes', () => {
    expect(refusalOf(configOf(s, () => ({}), { notes: (v) => sha256([v.s]) }))).toBe(
      'NOTES.txt has a sha256 in it; leave it to the objects',
    );
  });

  test('inside a longer text', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: `sha256:${sha256([v.s])}` })))).toBe(
      'config.data.a has a sha256 inside a longer text; make it a value of its own',
    );
  });

  test('inside a longer text in a list', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: ['x', { b: `sha256:${sha256([v.s])}` }] })))).toBe(
      'config.data.a[1].b has a sha256 inside a longer text; make it a value of its own',
    );
  });

  test('as a key', () => {
    expect(refusalOf(configOf(s, (v) => ({ [sha256([v.s])]: 'x' })))).toBe(
      'config.data has a sha256 as a key; make it a value',
    );
  });

  test('as a key that two answers make of a value', () => {
    const flags = { one: z.boolean().default(false), two: z.boolean().default(false) };
    const program = configOf({ ...s, ...flags }, ({ s, one, two }) => ({ [one && two ? sha256([s]) : 'k']: 'x' }));

    expect(refusalOf(program)).toBe('config.data has a sha256 as a key; make it a value');
  });

  test('of each element', () => {
    expect(refusalOf(configOf(names, (v) => ({ a: v.names.map((name) => sha256([name])) })))).toBe(
      'config.data.a looks into values.names: for values.names = ["abc","abc"] build makes ["02f393ea9358560882c1fe797bf99d600aa4643a68276d8e3d714d1c4f19aecc","02f393ea9358560882c1fe797bf99d600aa4643a68276d8e3d714d1c4f19aecc"], which a template cannot work out; hash the list as a whole',
    );
  });

  test('of each element, beside it', () => {
    const program = configOf(names, (v) => ({ a: v.names.map((name) => ({ name, hash: sha256([name]) })) }));

    expect(refusalOf(program)).toBe(
      'config.data.a[0].hash has a sha256 of an element of values.names; hash the list as a whole, or what is outside of it',
    );
  });

  test('of each element of a map', () => {
    const labels = { labels: z.record(z.string(), z.string()).default({}) };
    const program = configOf(labels, (v) => {
      return Object.fromEntries(Object.entries(v.labels).map(([key, value]) => [key, sha256([value])]));
    });

    expect(refusalOf(program)).toBe(
      'config.data has a sha256 of an element of values.labels; hash the map as a whole, or what is outside of it',
    );
  });
});

describe('what cannot be printed', () => {
  test.each<[string, unknown, string]>([
    ['a function', () => 'x', `config has a function in it; ${JSON_ALONE}`],
    ['a symbol', Symbol('x'), `config has a symbol in it; ${JSON_ALONE}`],
    ['a bigint', 10n, `config has a bigint in it; ${JSON_ALONE}`],
    [
      'a date',
      new Date(0),
      `build fails, whatever the values are: Failed serializing construct at path 'demo/config' with name 'config': Error: can't render non-simple object of type 'Date'`,
    ],
  ])('%s', (_, value, expected) => {
    expect(refusalOf(configOf({}, () => ({ a: value })))).toBe(expected);
  });

  test('in an object of each element, which is named after the value', () => {
    const program = programOf(names, (chart, v) => {
      for (const name of v.names) addConfig(chart, `of-${name}`, { a: () => 'x' });
    });

    expect(refusalOf(program)).toBe(`of-values.names[] has a function in it; ${JSON_ALONE}`);
    expect(() => compileTemplates(program)).toThrow(expect.objectContaining({ cause: expect.any(ChartError) }));
  });

  test('a part of an opaque value that is only taken while the object is printed', () => {
    const program = configOf({ ...names, opaque: z.unknown().default({}) }, (v) => {
      return { n: v.names.findIndex(() => true), a: Lazy.any({ produce: () => (v.opaque as { a: unknown }).a }) };
    });

    expect(refusalOf(program)).toBe(
      'config.data.a looks into values.opaque; it passes through whole: give it a shape in the values schema to look into it',
    );
  });

  test('a construct with the name of the notes', () => {
    expect(refusalOf(programOf({}, (chart) => addConfig(chart, 'NOTES.txt', {})))).toBe(
      'a construct cannot be named NOTES.txt; give it another id',
    );
  });

  test.each(['x\uE0020\uE003y', '\uE004x', '\uE007', '\uE000', '\uE001'])(
    'the character that the compiler keeps for itself in %j',
    (text) => {
      expect(refusalOf(configOf({}, () => ({ a: text })))).toBe(
        'config.data.a has one of U+E000 to U+E009 in it, which the compiler keeps for itself; use another character',
      );
    },
  );

  test('such a character beside a value', () => {
    expect(refusalOf(configOf({ name: z.string().default('x') }, ({ name }) => ({ a: `${name}\uE000` })))).toBe(
      'config.data.a has one of U+E000 to U+E009 in it, which the compiler keeps for itself; use another character',
    );
  });

  test.each(['a\uE004', 'a\uE009b'])('such a character in the key %j', (key) => {
    expect(refusalOf(configOf({}, () => ({ [key]: 'x' })))).toBe(
      'config.data has one of U+E000 to U+E009 in it, which the compiler keeps for itself; use another character',
    );
  });
});
