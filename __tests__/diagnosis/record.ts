import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Cluster } from '../../scripts/cluster.ts';
import { collectSnapshot } from '../../scripts/diagnosis/collect.ts';
import { TestNamespace, testCluster } from '../support/cluster.ts';
import { loadFaultImages, removeFaultImages } from '../support/fault-images.ts';
import { type Fault, faults } from '../support/faults.ts';
import { plant } from '../support/plant.ts';
import { recordedText } from '../support/recorded.ts';
import { TestRegistry } from '../support/registry.ts';

/**
 * Plants faults in a cluster and records what its API then says, for the tests of the diagnosis:
 * `node --import tsx __tests__/diagnosis/record.ts [NAME...]`. It needs the backend's image and Postgres' in the
 * cluster.
 */
const AT_ONCE = 4;

const { context } = await testCluster();
const cluster = await Cluster.connect({ context });
await loadFaultImages();
const registries = [await TestRegistry.start(), await TestRegistry.start()] as const;
registries[1].refusal = 401;
const [emptyRegistry, closedRegistry] = registries.map(({ address }) => address);
const all: Record<string, Fault> = faults({ emptyRegistry, closedRegistry });
const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(all);

const queue = [...names];
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) await record(name);
  }),
);
await Promise.all(registries.map((registry) => registry.stop()));
await removeFaultImages();

async function record(name: string): Promise<void> {
  const space = await TestNamespace.open('record');
  try {
    await plant(space, all[name]!);
    const snapshot = await collectSnapshot(cluster, { namespace: space.name });
    const path = fileURLToPath(new URL(`recorded/${name}.yaml`, import.meta.url));
    const text = recordedText(snapshot)
      .replaceAll(emptyRegistry!, '127.0.0.1:5000')
      .replaceAll(closedRegistry!, '127.0.0.1:5001');
    await writeFile(path, text);
    console.log(name);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
  } finally {
    await space.kubectl(['delete', 'namespace', space.name, '--wait=false']);
  }
}
