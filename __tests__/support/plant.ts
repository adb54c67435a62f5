import { setTimeout as sleep } from 'node:timers/promises';
import type { TestNamespace } from './cluster.ts';
import type { Fault, PlantedObject } from './faults.ts';

const KINDS = 'pods,events,deployments,statefulsets,replicasets,horizontalpodautoscalers,persistentvolumeclaims';
const LONGEST = 180_000;

/** Plants a fault and waits until it shows. */
export async function plant(space: TestNamespace, { objects, after, until, settle = 1500 }: Fault): Promise<void> {
  await apply(space, objects);
  if (after !== undefined) {
    await shows(space, after.when);
    await apply(space, after.objects);
  }
  await shows(space, until);
  await sleep(settle);
}

export async function apply(space: TestNamespace, items: readonly PlantedObject[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items };
  await space.kubectl(['apply', '--filename', '-'], { input: JSON.stringify(list) });
}

export async function shows(space: TestNamespace, text: string): Promise<void> {
  const end = Date.now() + LONGEST;
  while (true) {
    const objects = JSON.stringify(JSON.parse(await space.kubectl(['get', KINDS, '--output=json'])));
    if (objects.includes(text)) return;
    if (Date.now() > end) throw new Error(`'${text}' has not shown in namespace '${space.name}' for 180 s`);
    await sleep(500);
  }
}
