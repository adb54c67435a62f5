import { z } from 'zod';
import { addConfig, configOf, programOf, refusalOf } from '../../support/small-program.ts';

const names = { names: z.array(z.string()).default([]) };
const ports = {
  ports: z
    .array(z.object({ name: z.string(), port: z.int(), on: z.boolean().default(true) }))
    .default([{ name: 'http', port: 80, on: true }]),
};

/** How to do without a look into a list. */
const MAP =
  'use .map, .filter, spread, or the emptiness of the list (.length > 0), or add a value for what is made of it';
const ELEMENT = 'give that element a value of its own';
const BRANCH = 'branch on a boolean of its own, or on .length > 0';
const ORDER = 'have the values written in the order that is needed';
const INSIDE = 'use it inside what .map makes of it, or, to make an object for each element, in the construct id';
const ITEM = 'let each item that .map makes print something of its element';
const CANNOT = 'which a template cannot work out';

describe('a look into a list of texts', () => {
  test.each<[string, (list: string[]) => unknown, string]>([
    [
      'join',
      (list) => list.join(','),
      ' uses an element of values.names outside of its list (.join() at app.ts:1); keep it a list with .map, or add a value for the text',
    ],
    [
      'join after map',
      (list) => list.map((name) => `--${name}`).join(' '),
      ` uses an element of values.names outside of its list; ${INSIDE}`,
    ],
    [
      'text',
      (list) => `${list}`,
      ' uses an element of values.names outside of its list (.join() at app.ts:1); keep it a list with .map, or add a value for the text',
    ],
    ['JSON', (list) => JSON.stringify(list), ` uses an element of values.names outside of its list; ${INSIDE}`],
    [
      'sort',
      (list) => list.sort(),
      `[0] looks into values.names (.sort() at app.ts:1): for values.names = ["abc",""] build makes "", ${CANNOT}; ${ORDER}`,
    ],
    [
      'toSorted',
      (list) => list.toSorted(),
      `[0] looks into values.names (.toSorted() at app.ts:1): for values.names = ["abc",""] build makes "", ${CANNOT}; ${ORDER}`,
    ],
    [
      'sort of a copy',
      (list) => [...list].sort(),
      `[0] looks into values.names: for values.names = ["abc",""] build makes "", ${CANNOT}; ${MAP}`,
    ],
    [
      'reverse',
      (list) => list.reverse(),
      `[0] looks into values.names (.reverse() at app.ts:1): for values.names = ["abc","xyz"] build makes "xyz", ${CANNOT}; ${ORDER}`,
    ],
    [
      'slice',
      (list) => list.slice(1),
      ` looks into values.names (.slice() at app.ts:1): for values.names = ["abc","abc"] build makes ["abc"], ${CANNOT}; ${MAP}`,
    ],
    [
      'slice of a copy',
      (list) => [...list].slice(0, 1),
      ` looks into values.names: for values.names = ["abc","abc"] build makes ["abc"], where a template that passes the value on prints ["abc","abc"]; ${MAP}`,
    ],
    [
      'splice',
      (list) => list.splice(0, 1),
      ` looks into values.names (.splice() at app.ts:1): for values.names = ["abc","abc"] build makes ["abc"], where a template that passes the value on prints ["abc","abc"]; ${MAP}`,
    ],
    [
      'pop',
      (list) => list.pop(),
      ` uses an element of values.names outside of its list (.pop() at app.ts:1); ${ELEMENT}`,
    ],
    [
      'shift',
      (list) => list.shift(),
      ` uses an element of values.names outside of its list (.shift() at app.ts:1); ${ELEMENT}`,
    ],
    [
      'at',
      (list) => list.at(-1),
      ` uses an element of values.names outside of its list (.at() at app.ts:1); ${ELEMENT}`,
    ],
    ['an index', (list) => list[0], ` uses an element of values.names outside of its list; ${INSIDE}`],
    ['destructuring', ([first]) => first ?? 'none', ` uses an element of values.names outside of its list; ${INSIDE}`],
    [
      'the rest',
      ([, ...rest]) => rest,
      ` looks into values.names: for values.names = ["abc","abc"] build makes ["abc"], ${CANNOT}; ${MAP}`,
    ],
    [
      'the last one of a loop',
      (list) => list.reduce((_, name) => name, 'none'),
      ` uses an element of values.names outside of its list (.reduce() at app.ts:1); ${MAP}`,
    ],
    [
      'includes',
      (list) => (list.includes('prod') ? 'yes' : 'no'),
      ` looks into values.names (.includes() at app.ts:1): for values.names[0] = "prod" build makes "yes", ${CANNOT}; ${BRANCH}`,
    ],
    [
      'indexOf',
      (list) => list.indexOf('prod'),
      ` looks into values.names (.indexOf() at app.ts:1): for values.names[0] = "prod" build makes 0, ${CANNOT}; ${BRANCH}`,
    ],
    [
      'keys',
      (list) => [...list.keys()],
      ` looks into values.names (.keys() at app.ts:1): for values.names = ["abc","abc"] build makes [0,1], ${CANNOT}; elements have no numbers in a template: use .map over the elements alone`,
    ],
    [
      'entries',
      (list) => [...list.entries()],
      ` looks into values.names (.entries() at app.ts:1): for values.names = ["abc","abc"] build makes [[0,"abc"],[1,"abc"]], ${CANNOT}; elements have no numbers in a template: use .map over the elements alone`,
    ],
    [
      "an element's number",
      (list) => list.map((name, i) => `${name}-${i}`),
      `[1] looks into values.names: for values.names = ["abc","abc"] build makes "abc-1", ${CANNOT}; ${MAP}`,
    ],
    [
      'its length',
      (list) => list.length,
      ` looks into values.names: for values.names = ["abc","abc"] build makes 2, ${CANNOT}; branch on .length > 0, or add a value for the number`,
    ],
    [
      'its length as text',
      (list) => `${list.length}`,
      ` looks into values.names: for values.names = ["abc","abc"] build makes "2", ${CANNOT}; ${MAP}`,
    ],
    [
      'more than one element',
      (list) => (list.length > 1 ? 'many' : 'few'),
      ` looks into values.names: for values.names = ["abc","abc"] build makes "many", ${CANNOT}; ${MAP}`,
    ],
    [
      'fill',
      (list) => list.fill('x'),
      ` looks into values.names (.fill() at app.ts:1): for values.names = ["abc","abc"] build makes ["x","x"], ${CANNOT}; ${MAP}`,
    ],
    [
      'a set',
      (list) => [...new Set(list)],
      ` looks into values.names: for values.names = ["abc","abc"] build makes ["abc"], where a template that passes the value on prints ["abc","abc"]; ${MAP}`,
    ],
  ])('%s', (_, look, expected) => {
    expect(refusalOf(configOf(names, (v) => ({ a: look(v.names) })))).toBe(`config.data.a${expected}`);
  });
});

test.each<[string, (list: string[]) => unknown]>([
  ['the first five of a copy', (list) => [...list].slice(0, 5)],
  ['the first ten of what is made of it', (list) => list.map((name) => `-${name}`).slice(0, 10)],
  ['whether there are more than nine', (list) => (list.length > 9 ? 'many' : 'few')],
  ['the fourth', (list) => list[3] ?? 'none'],
  ['each fifth', (list) => list.map((name, i) => (i % 5 === 4 ? 'x' : name))],
])('a look that shows only in a long list: %s', (_, look) => {
  const program = configOf({ names: z.array(z.string()).default([]) }, (v) => ({ a: look(v.names) }));

  expect(refusalOf(program)).toMatch(/^config\.data\.a(\[\d\])? looks into values\.names: for values\.names = /);
});

test('a look that shows only in a long list of which a filter leaves most', () => {
  const program = configOf(ports, (v) => ({ a: v.ports.filter(({ on }) => on).slice(0, 10) }));

  expect(refusalOf(program)).toMatch(/^config\.data\.a(\[\d+\])? looks into values\.ports/);
});

describe('a look into a list of objects', () => {
  type Port = { name: string; port: number; on: boolean };

  test.each<[string, (list: Port[]) => unknown, string]>([
    [
      'find',
      (list) => list.find((port) => port.on)?.name ?? 'none',
      `config.data.a uses an element of values.ports outside of its list (.find() at app.ts:1); ${ELEMENT}`,
    ],
    [
      'find by name',
      (list) => list.find((port) => port.name === 'metrics')?.port ?? 0,
      `config.data.a looks into values.ports (.find() at app.ts:1): for values.ports[0].name = "metrics" build makes 1, which a template cannot work out; ${ELEMENT}`,
    ],
    [
      'findIndex',
      (list) => list.findIndex((port) => port.on),
      `config.data.a uses an element of values.ports outside of its list (.findIndex() at app.ts:1); ${BRANCH}`,
    ],
    [
      'some',
      (list) => (list.some((port) => port.on) ? 'yes' : 'no'),
      `config.data.a uses an element of values.ports outside of its list (.some() at app.ts:1); ${BRANCH}`,
    ],
    [
      'every',
      (list) => list.every((port) => port.on),
      `config.data.a uses an element of values.ports outside of its list (.every() at app.ts:1); ${BRANCH}`,
    ],
    [
      'reduce',
      (list) => list.reduce((sum, port) => sum + port.port, 0),
      `config.data.a uses an element of values.ports outside of its list (.reduce() at app.ts:1); ${MAP}`,
    ],
    [
      'how many there are of a kind',
      (list) => list.filter((port) => port.on).length,
      `config.data.a uses an element of values.ports outside of its list; ${INSIDE}`,
    ],
    [
      'those of a name in the default',
      (list) => list.filter((port) => port.name !== 'http').map((port) => port.name),
      'config.data.a looks into values.ports[].name: for values.ports[0].name = "http" build makes [], where a template that passes the value on prints ["http"]; print it whole or in a template literal, add a value for what is made of it, or branch on a boolean, an enum or null',
    ],
    [
      'in an order of their own',
      (list) => list.map((port) => port.name).sort(),
      `config.data.a[0] looks into values.ports: for values.ports = [{"name":"abc","port":0,"on":true},{"name":"","port":0,"on":true}] build makes "", ${CANNOT}; ${MAP}`,
    ],
  ])('%s', (_, look, expected) => {
    expect(refusalOf(configOf(ports, (v) => ({ a: look(v.ports) })))).toBe(expected);
  });

  test("a choice of an element's outside of its list", () => {
    const program = configOf(ports, (v) => {
      let any = false;
      for (const port of v.ports) if (port.on) any = true;
      return any ? { a: 'yes' } : {};
    });

    expect(refusalOf(program)).toBe(`config.data.a uses an element of values.ports outside of its list; ${INSIDE}`);
  });

  test('objects for its elements under one id', () => {
    const program = programOf(names, (chart, v) => {
      for (const name of v.names) addConfig(chart, 'config', { name });
    });

    expect(refusalOf(program)).toBe(`config.data.name uses an element of values.names outside of its list; ${INSIDE}`);
  });

  test('objects that have nothing of its elements', () => {
    const program = programOf(names, (chart, v) => {
      v.names.forEach((_, i) => void addConfig(chart, `config${i}`, {}));
    });

    expect(refusalOf(program)).toBe(
      `config1 looks into values.names: for values.names = ["abc","abc"] build makes {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"config1"},"data":{}}, ${CANNOT}; ${MAP}`,
    );
  });

  test('the number of each of those that few texts match', () => {
    const shouted = { names: z.array(z.string().regex(/^[A-Z_]+$/)).default([]) };

    expect(refusalOf(configOf(shouted, (v) => ({ a: v.names.map((_, i) => `${i}`) })))).toBe(
      `config.data.a looks into values.names: for values.names = ["ABC","ABC"] build makes ["0","1"], ${CANNOT}; ${ITEM}`,
    );
  });

  test('keys that two elements can have', () => {
    const program = configOf(names, (v) => ({ a: Object.fromEntries(v.names.map((name) => [name, 'x'])) }));

    expect(refusalOf(program)).toBe(
      `config.data.a gets the key ' around ' from two elements of one list; make the list a map in the values`,
    );
  });

  test('in another construct', () => {
    const program = programOf(names, (chart, v) => {
      addConfig(chart, 'first', {});
      addConfig(chart, 'second', { a: v.names.includes('prod') ? 'yes' : 'no' });
      addConfig(chart, 'third', {});
    });

    expect(refusalOf(program)).toBe(
      `second.data.a looks into values.names (.includes() at app.ts:1): for values.names[0] = "prod" build makes "yes", ${CANNOT}; ${BRANCH}`,
    );
  });

  test('of which no sample shows anything', () => {
    const unknown = 'none of the samples';
    const program = programOf(ports, (chart, v) => {
      addConfig(chart, 'first', {});
      addConfig(chart, 'second', { a: v.ports.some((port) => port.name === unknown) ? 'yes' : 'no' });
      addConfig(chart, 'third', {});
    });

    expect(refusalOf(program)).toBe(`second looks into values.ports (.some() at app.ts:1); ${BRANCH}`);
  });
});

test('an item is named after its text in a list whose items are not the same in every branch', () => {
  const two = { as: z.array(z.string()).default([]), bs: z.array(z.string()).default([]) };
  const program = configOf({ ...two, on: z.boolean().default(false) }, ({ as, bs, on }) => ({
    a: [...(on ? ['first'] : []), ...as.flatMap((a) => bs.map((b) => `${a}${b}`))],
    b: as.map((a) => a.length),
  }));

  expect(refusalOf(program)).toBe(
    'config.data.a.[""] uses elements of values.as and of values.bs at once; make one of them a list inside the other',
  );
});

test('the place that is named is the one that uses the element, not what is in it', () => {
  const list = configOf(ports, ({ ports }) => ({ a: ports[0]?.on ? ports.map(({ name }) => name) : 'none' }));
  const map = configOf({ ...ports, ...names }, ({ ports: [first], names: [name] }) => ({
    a: first?.on ? { b: name ?? 'none' } : 'none',
  }));

  const expected = `config.data.a uses an element of values.ports outside of its list; ${INSIDE}`;
  expect(refusalOf(list)).toBe(expected);
  expect(refusalOf(map)).toBe(expected);
});

test('equal items for each element of a list in the first of others', () => {
  const rows = z.array(z.object({ cells: z.array(z.string()).min(1) })).default([]);
  const program = configOf({ rows }, ({ rows: [first] }) => ({ a: first?.cells.map(() => 'x') ?? [] }));

  expect(refusalOf(program)).toBe(
    `config.data.a looks into values.rows: for values.rows = [{"cells":["abc","abc"]}] build makes ["x","x"], ${CANNOT}; ${ITEM}`,
  );
});

test('the look that is named is one into the list of that element', () => {
  const program = configOf({ ...names, others: z.array(z.string()).default([]) }, (v) => {
    const others = v.others.some(() => true);
    return { a: v.names.join(','), b: others ? 'x' : 'y' };
  });

  expect(refusalOf(program)).toBe(
    'config.data.a uses an element of values.names outside of its list (.join() at app.ts:1); keep it a list with .map, or add a value for the text',
  );
});
