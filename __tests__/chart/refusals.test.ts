import { createHash } from 'node:crypto';
import * as kplus from 'cdk8s-plus-28';
import { z } from 'zod';
import { sha256 } from '../../chart/index.ts';
import { addConfig, configOf, programOf, refusalOf } from '../support/small-program.ts';

const s = { s: z.string().default('a') };
const n = { n: z.int().default(80) };
// Their one text makes the samples known.
const names = {
  names: z
    .array(
      z
        .string()
        .regex(/^x$/)
        .meta({ examples: ['x'] }),
    )
    .default(['x']),
};
const ports = {
  ports: z.array(z.object({ name: z.string(), on: z.boolean().default(true) })).default([{ name: 'x', on: true }]),
};
const labels = { labels: z.record(z.string().regex(/^[ab]$/), z.string()).default({ a: 'b' }) };
const opaque = { opaque: z.unknown().default({ a: 1 }) };

/** The refusal of code that looks into a value. */
function looksInto(values: string, built: string, printed: string, at = 'config.data.a'): string {
  return (
    `${at} looks into a value: for ${values} build makes ${built}, where a template that passes the value on prints ${printed}; ` +
    'pass strings and numbers on whole or in a template literal, and branch on a boolean, an enum, null, or the emptiness of a list or map'
  );
}

describe('looking into a string', () => {
  test('trim', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s.trim() })))).toBe(
      looksInto('values.s = " around "', '"around"', '" around "'),
    );
  });

  test('toUpperCase', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s.toUpperCase() })))).toBe(looksInto('values.s = "a"', '"A"', '"a"'));
  });

  test('length', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: `${v.s.length}` })))).toBe(looksInto('values.s = "a"', '"1"', '"7"'));
  });

  test('slice', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s.slice(0, 3) })))).toBe(
      'config.data.a has a piece of a value that is not known yet (slice, split, an index); pass strings on whole or in a template literal, or make the piece a value of its own',
    );
  });

  test('replace', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s.replaceAll('/', '-') })))).toBe(
      looksInto('values.s = "a/b-c.d_e"', '"a-b-c.d_e"', '"a/b-c.d_e"'),
    );
  });

  test('split', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s.split(' ') })))).toBe(
      looksInto('values.s = "Mixed Case"', '["Mixed","Case"]', '["Mixed Case"]'),
    );
  });

  test('startsWith', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s.startsWith('a') ? 'yes' : 'no' })))).toBe(
      looksInto('values.s = "a"', '"yes"', '"no"'),
    );
  });

  test('=== with the default', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s === 'a' ? 'yes' : 'no' })))).toBe(
      looksInto('values.s = "a"', '"yes"', '"no"'),
    );
  });

  test("'' as a condition", () => {
    expect(refusalOf(configOf(s, (v) => (v.s ? { a: v.s } : {})))).toBe(looksInto('values.s = ""', 'nothing', '""'));
  });

  test('|| where ?? is meant', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s || 'none' })))).toBe(looksInto('values.s = ""', '"none"', '""'));
  });

  test('parsing it', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: Number.parseInt(v.s, 10) })))).toBe(
      looksInto('values.s = "30s"', '30', 'null'),
    );
  });

  test('JSON of an object with it', () => {
    const box = { box: z.object({ s: z.string().default('') }).prefault({}) };

    expect(refusalOf(configOf(box, (v) => ({ a: JSON.stringify(v.box) })))).toBe(
      looksInto(
        String.raw`values.box.s = "a,b;c|d=e+f*(g)[h]\t!?"`,
        String.raw`"{\"s\":\"a,b;c|d=e+f*(g)[h]\\t!?\"}"`,
        String.raw`"{\"s\":\"a,b;c|d=e+f*(g)[h]\t!?\"}"`,
      ),
    );
  });

  test('hashing it by hand', () => {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');

    expect(refusalOf(configOf(s, (v) => ({ a: hash(v.s) })))).toMatch(
      new RegExp(`^config.data.a looks into a value: for values.s = "a" build makes "${hash('a')}", where a template `),
    );
  });

  test('a part of a sha256', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: sha256([v.s]).slice(0, 8) })))).toBe(
      looksInto('values.s = "a"', '"0eb5b8d6"', `"${sha256(['a'])}"`),
    );
  });

  test('a part of it', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: v.s.split(',')[0] })))).toBe(
      looksInto('values.s = "a,b;c|d=e+f*(g)[h]\\t!?"', '"a"', '"a,b;c|d=e+f*(g)[h]\\t!?"'),
    );
  });

  test("'' left out by a construct", () => {
    const box = { box: z.object({ s: z.string().default('') }).prefault({}) };
    const program = programOf(box, (chart, v) => {
      new kplus.ConfigMap(chart, 'config', { metadata: { name: 'config' }, data: { a: v.box.s } });
    });

    expect(refusalOf(program)).toBe(looksInto('values.box.s = ""', 'nothing', '{"a":""}', 'config/Resource.data'));
  });

  test("the release's name", () => {
    expect(refusalOf(configOf({}, (_, release) => ({ a: release.name.toUpperCase() })))).toBe(
      looksInto('release.name = "r-2"', '"R-2"', '"r-2"'),
    );
  });

  test('in the notes', () => {
    const program = configOf(s, () => ({}), { notes: (v) => v.s.toUpperCase() });

    expect(refusalOf(program)).toBe(looksInto('values.s = "a"', '"A"', '"a"', 'NOTES.txt'));
  });

  test('of an element', () => {
    expect(refusalOf(configOf(names, (v) => ({ a: v.names.map((name) => name.toUpperCase()) })))).toBe(
      looksInto('the default values', '"X"', '"x"', 'config.data.a[0]'),
    );
  });
});

describe('looking into a number', () => {
  test('a comparison', () => {
    expect(refusalOf(configOf(n, (v) => ({ a: v.n > 1024 ? 'high' : 'low' })))).toBe(
      looksInto('values.n = 65535', '"high"', '"low"'),
    );
  });

  test('+ 1', () => {
    expect(refusalOf(configOf(n, (v) => ({ a: v.n + 1 })))).toBe(looksInto('values.n = 80', '81', '"801"'));
  });

  test('* 2', () => {
    expect(refusalOf(configOf(n, (v) => ({ a: v.n * 2 })))).toBe(looksInto('values.n = 65535', '131070', '160'));
  });

  test('Math.max', () => {
    expect(refusalOf(configOf(n, (v) => ({ a: Math.max(v.n, 5) })))).toBe(looksInto('values.n = 65535', '65535', '80'));
  });

  test('0 as a condition', () => {
    expect(refusalOf(configOf(n, (v) => (v.n ? { a: `${v.n}` } : {})))).toBe(
      looksInto('values.n = 0', 'nothing', '"0"'),
    );
  });

  test('toFixed', () => {
    expect(refusalOf(configOf(n, (v) => ({ a: v.n.toFixed(2) })))).toBe(
      'build failed for symbolic values (no branches): v.n.toFixed is not a function',
    );
  });
});

describe('a list', () => {
  test.each(['join', 'sort', 'reverse', 'slice', 'includes', 'pop', 'entries'] as const)('%s', (method) => {
    expect(refusalOf(configOf(names, (v) => ({ a: (v.names[method] as () => unknown)() })))).toBe(
      `values.names.${method}() cannot be said in a template; use .map, .filter, spread, or the emptiness of the list (.length > 0)`,
    );
  });

  test.each(['some', 'find', 'every', 'findIndex'] as const)('%s', (method) => {
    expect(refusalOf(configOf(ports, (v) => ({ a: v.ports[method]((port) => port.on) })))).toBe(
      `values.ports.${method}() cannot be said in a template; use .map, .filter, spread, or the emptiness of the list (.length > 0)`,
    );
  });

  test('reduce', () => {
    expect(refusalOf(configOf(names, (v) => ({ a: v.names.reduce((all, name) => all + name, '') })))).toBe(
      'values.names.reduce() cannot be said in a template; use .map, .filter, spread, or the emptiness of the list (.length > 0)',
    );
  });

  test('an index', () => {
    expect(refusalOf(configOf(names, (v) => ({ a: v.names[0]! })))).toBe(
      'config uses an element of values.names outside of its list; put a value of the element into the construct id, so that there is one object for each element',
    );
  });

  test('its length as a number', () => {
    expect(refusalOf(configOf(names, (v) => ({ a: v.names.length })))).toBe(
      looksInto('values.names = ["x","x"]', '2', '1'),
    );
  });

  test('more than one element', () => {
    expect(refusalOf(configOf(names, (v) => ({ a: v.names.length > 1 ? 'many' : 'few' })))).toBe(
      looksInto('values.names = ["x","x"]', '"many"', '"few"'),
    );
  });

  test("an element's number", () => {
    expect(refusalOf(configOf(names, (v) => ({ a: v.names.map((name, i) => `${name}-${i}`) })))).toBe(
      looksInto('values.names = ["x","x"]', '"x-1"', '"x-0"', 'config.data.a[1]'),
    );
  });

  test('an element outside of its list', () => {
    const program = configOf(names, (v) => {
      let last = '';
      for (const name of v.names) last = name;
      return { a: last };
    });

    expect(refusalOf(program)).toBe(
      'config uses an element of values.names outside of its list; put a value of the element into the construct id, so that there is one object for each element',
    );
  });

  test("an element's choice outside of its list", () => {
    const program = configOf(ports, (v) => {
      let any = false;
      for (const port of v.ports) if (port.on) any = true;
      return any ? { a: 'yes' } : {};
    });

    expect(refusalOf(program)).toBe(
      'config uses an element of values.ports outside of its list; put a value of the element into the construct id, so that there is one object for each element',
    );
  });

  test('a constant for each element, where few texts match their pattern', () => {
    const shouted = { names: z.array(z.string().regex(/^[A-Z_]+$/)).default([]) };

    expect(refusalOf(configOf(shouted, (v) => ({ a: v.names.map(() => 'x') })))).toMatch(
      /^config.data.a looks into a value: for values.names = \["A_BA_B","A_BB"\] build makes \["x","x"\], where .* prints \["x"\]; /,
    );
  });

  test('objects for its elements under one id', () => {
    const program = programOf(names, (chart, v) => {
      for (const name of v.names) addConfig(chart, 'config', { name });
    });

    expect(refusalOf(program)).toBe(
      'config uses an element of values.names outside of its list; put a value of the element into the construct id, so that there is one object for each element',
    );
  });
});

describe('a map', () => {
  const unread = (key: string) =>
    `values.labels['${key}'] cannot be read, because the keys are not known yet; spread the map, or give '${key}' a value of its own`;

  test.each<[string, (map: Record<string, string>) => unknown]>([
    ['a', (map) => map.a ?? 'none'],
    ['a', (map) => ('a' in map ? 'yes' : 'no')],
    ['a', (map) => (Object.hasOwn(map, 'a') ? 'yes' : 'no')],
    // Neither the default nor a sample has it.
    ['app.kubernetes.io/name', (map) => map['app.kubernetes.io/name'] ?? 'none'],
  ])("the key '%s' (%#)", (key, data) => {
    expect(refusalOf(configOf(labels, (v) => ({ a: data(v.labels) })))).toBe(unread(key));
  });

  test('how many keys', () => {
    expect(refusalOf(configOf(labels, (v) => ({ a: Object.keys(v.labels).length })))).toMatch(
      /^config.data.a looks into a value: for values.labels = .* build makes 2, where a template that passes the value on prints 1; /,
    );
  });
});

describe('an opaque value', () => {
  const refused =
    'values.opaque passes through whole: it cannot be read, spread or changed; give it a shape in the values schema to look into it';

  test.each<[string, (value: { a: number }) => unknown]>([
    ['a key', (value) => ({ a: value.a })],
    ['spread', (value) => ({ ...value })],
    ['its keys', (value) => ({ a: Object.keys(value) })],
    ['a change', (value) => Object.assign(value, { a: 2 })],
    ['text', (value) => ({ a: `${value}` })],
    ['JSON', (value) => ({ a: JSON.stringify(value) })],
  ])('%s', (_, data) => {
    expect(refusalOf(configOf(opaque, (v) => data(v.opaque as { a: number })))).toBe(refused);
  });
});

describe('what is not a function of the arguments', () => {
  const differs =
    'two runs of build with the same values differ at config; build must depend on its arguments alone: no Date, no Math.random, no state between runs';

  let count = 0;
  test.each<[string, () => unknown]>([
    ['Math.random', () => ({ a: `${Math.random()}` })],
    ['Date.now', () => ({ a: `${Date.now()}` })],
    ['new Date', () => ({ a: new Date().toISOString() })],
    ['state', () => ({ a: `${count++}` })],
  ])('%s', (_, data) => {
    expect(refusalOf(configOf({}, data))).toBe(differs);
  });

  test('objects that are there once', () => {
    let built = 0;
    const program = programOf({}, (chart) => {
      if (built++ === 0) addConfig(chart, 'once', {});
    });

    expect(refusalOf(program)).toMatch(/^two runs of build with the same values differ/);
  });
});

describe('build throws', () => {
  test('always', () => {
    const program = programOf({}, () => {
      throw new Error('no luck');
    });

    expect(refusalOf(program)).toBe('build failed for symbolic values (no branches): no luck');
  });

  test('for an option', () => {
    const program = configOf({ on: z.boolean().default(false) }, (v) => {
      if (v.on) throw new Error('on is not supported');
      return {};
    });

    expect(refusalOf(program)).toBe('build failed for symbolic values (on true): on is not supported');
  });

  test('for a number that the schema allows', () => {
    const program = configOf(n, (v) => {
      if (v.n > 100) throw new Error('n is too large');
      return { a: v.n };
    });

    expect(refusalOf(program)).toBe(
      'build fails for values that the schema allows (values.n = 65535): n is too large; let the schema or a rule refuse them',
    );
  });

  test('but not where a rule refuses those values', () => {
    const rules = [{ left: 'n', op: '<=', right: 100, message: 'n is small' }] as const;
    const program = configOf(
      n,
      (v) => {
        if (v.n > 100) throw new Error('n is too large');
        return { a: v.n };
      },
      { rules },
    );

    expect(refusalOf(program)).toBe('not refused');
  });

  test('from a validation of a construct', () => {
    const program = programOf({}, (chart) => {
      chart.node.addValidation({ validate: () => ['no port', 'no name'] });
    });

    expect(refusalOf(program)).toBe('demo: no port\ndemo: no name');
  });
});

describe('sha256', () => {
  test('of a string', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: sha256(v.s as never) })))).toBe(
      'sha256 takes a map or a list; put the value into one',
    );
  });

  test('of a number', () => {
    expect(refusalOf(configOf(n, (v) => ({ a: sha256(v.n as never) })))).toBe(
      'sha256 takes a map or a list; put the value into one',
    );
  });

  test('in the notes', () => {
    const program = configOf(s, () => ({}), { notes: (v) => sha256([v.s]) });

    expect(refusalOf(program)).toBe('NOTES.txt has a sha256 in it; leave it to the objects');
  });

  test('inside a longer text', () => {
    expect(refusalOf(configOf(s, (v) => ({ a: `sha256:${sha256([v.s])}` })))).toBe(
      'config.data.a has a sha256 inside a longer text; make it a value of its own',
    );
  });
});

describe('a character that the compiler keeps for itself', () => {
  test.each(['x\uE0020\uE003y', '\uE004x', '\uE000', '\uE001'])('in the literal %j', (text) => {
    expect(refusalOf(configOf({}, () => ({ a: text })))).toBe(
      'config.data.a has one of U+E000 to U+E008 in it, which the compiler keeps for itself; use another character',
    );
  });
});
