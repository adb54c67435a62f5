import { AsyncLocalStorage } from 'node:async_hooks';
import { expect } from 'expect';
import { bind } from 'jest-each';

/** A test of a loaded file. */
export interface LoadedTest {
  /** With the file and the names of what it is in. */
  readonly name: string;
  readonly run: () => Promise<void>;
}

type Body = () => unknown;

interface Group {
  readonly name: string;
  readonly parent: Group | undefined;
  readonly hooks: Record<'beforeAll' | 'beforeEach' | 'afterEach' | 'afterAll', Body[]>;
  /** Whether what comes before all has come. */
  begun: boolean;
}

const tests: LoadedTest[] = [];
const groups: Group[] = [];
let current: Group | undefined;

/**
 * Makes jest's globals, as far as the tests use them, so that the files of tests can be loaded once and each test can be
 * run many times in one process. What comes before all tests of a file comes once, whatever `outside` does around it.
 */
export function provideJest(outside: (action: () => Promise<void>) => Promise<void>): void {
  const test = (name: string, body: Body) => {
    const group = current!;
    tests.push({ name: nameIn(group, name), run: () => runIn(group, body, outside) });
  };
  const describe = (name: string, body: Body) => {
    const group: Group = {
      name: current === undefined ? name : nameIn(current, name),
      parent: current,
      hooks: { beforeAll: [], beforeEach: [], afterEach: [], afterAll: [] },
      begun: false,
    };
    groups.push(group);
    current = group;
    body();
    current = group.parent;
  };
  const hook = (kind: keyof Group['hooks']) => (body: Body) => void current!.hooks[kind].push(body);
  expect.extend({ toMatchInlineSnapshot });
  Object.assign(globalThis, {
    test: Object.assign(test, { each: bind(test, false) }),
    describe: Object.assign(describe, { each: bind(describe, false) }),
    expect: Object.assign(expect, { addSnapshotSerializer: () => snapshotsAsTheyAre.add(fileOf(current!)) }),
    beforeAll: hook('beforeAll'),
    beforeEach: hook('beforeEach'),
    afterEach: hook('afterEach'),
    afterAll: hook('afterAll'),
    jest: { setTimeout: () => undefined },
  });
}

/** Loads a file of tests. */
export async function loadTests(name: string, load: () => Promise<unknown>): Promise<void> {
  const describe = (globalThis as unknown as { describe: (name: string, body: Body) => void }).describe;
  describe(name, () => undefined);
  current = groups.at(-1)!;
  await load();
  current = undefined;
}

/** All tests that were loaded, in their order. */
export function loadedTests(): readonly LoadedTest[] {
  return tests;
}

/** Does what comes after all tests of the files that were begun. */
export async function endTests(): Promise<void> {
  for (const group of groups.toReversed()) if (group.begun) for (const body of group.hooks.afterAll) await body();
}

async function runIn(group: Group, body: Body, outside: (action: () => Promise<void>) => Promise<void>): Promise<void> {
  const around = aroundOf(group);
  for (const each of around) {
    if (each.begun) continue;
    each.begun = true;
    await outside(async () => {
      for (const hook of each.hooks.beforeAll) await hook();
    });
  }
  for (const each of around) for (const hook of each.hooks.beforeEach) await hook();
  try {
    await running.run(fileOf(group), async () => void (await body()));
  } finally {
    for (const each of around.toReversed()) for (const hook of each.hooks.afterEach) await hook();
  }
}

/** From the file inwards. */
function aroundOf(group: Group | undefined): Group[] {
  return group === undefined ? [] : [...aroundOf(group.parent), group];
}

function fileOf(group: Group): string {
  return aroundOf(group)[0]!.name;
}

function nameIn(group: Group, name: string): string {
  return `${group.name} > ${name}`;
}

const running = new AsyncLocalStorage<string>();
/** Files whose snapshots are texts without quotes around them: the only serializer there is. */
const snapshotsAsTheyAre = new Set<string>();

function toMatchInlineSnapshot(received: unknown, snapshot: string): { pass: boolean; message: () => string } {
  const text = snapshotsAsTheyAre.has(running.getStore()!) ? String(received) : `"${received}"`;
  const lines = (all: string) => all.replace(/^\n|\n\s*$/g, '').split('\n');
  const indent = /^ */.exec(lines(snapshot)[0]!)![0].length;
  const expected = snapshot.startsWith('\n')
    ? lines(snapshot).map((line) => line.slice(Math.min(indent, /^ */.exec(line)![0].length)))
    : [snapshot];
  const pass = lines(text).join('\n') === lines(expected.join('\n')).join('\n');
  return { pass, message: () => `expected\n${expected.join('\n')}\n\ngot\n${text}` };
}
