import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltImage, buildImage } from '../build/build-images.ts';
import { planBuild } from '../build/plan.ts';
import { Docker } from '../docker.ts';
import type { Gate, GateWork } from './gate.ts';
import { hasImage } from './running-images.ts';

const SECONDS = 300;

/** Builds what the source is now, measures it, and looks whether that is what runs. */
export const buildGate: Gate = {
  number: 1,
  name: 'Build',
  limit: `images pass their gates, are what runs on every node; build ${SECONDS} s`,
  isDisruptive: false,
  async run({ release, record, minikube, signal, tell }) {
    const { preset } = release.installation;
    // Nothing that was measured before counts.
    const directory = await mkdtemp(join(tmpdir(), 'todo-infra-'));
    try {
      const plan = await planBuild([preset], { preset: preset.name, record: join(directory, 'gates.json'), signal });
      const images: BuiltImage[] = [];
      for (const planned of plan.images) {
        tell(`building and measuring the ${planned.name}`);
        images.push(await buildImage(plan, planned));
      }
      for (const image of images) {
        judge(image, record);
        await requireRunning(image, { release, record, minikube, signal });
      }
      return images.map(({ name, contentTag, outcome }) => `${name} ${contentTag} ${outcome}, runs`).join('; ');
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

function judge({ name, gates, sizes, seconds }: BuiltImage, record: GateWork['record']): void {
  record.figure({ name: `${name}: build`, value: seconds, unit: 's', limit: SECONDS });
  record.figure({ name: `${name}: size`, value: sizes.uncompressed / 1e6, unit: 'MB' });
  record.figure({ name: `${name}: size, compressed`, value: sizes.compressed / 1e6, unit: 'MB' });
  for (const gate of gates) {
    const line = `${name}: ${gate.name} ${gate.measured}`;
    if (gate.passed) record.evidence(`${line}; limit: ${gate.limit}`);
    else record.problem(`${line}, expected ${gate.limit}`, ...(gate.details ?? []));
  }
}

async function requireRunning(
  image: BuiltImage,
  { release, record, minikube, signal }: Pick<GateWork, 'release' | 'record' | 'minikube' | 'signal'>,
): Promise<void> {
  const pods = await release.pods(image.name);
  const containers = pods
    .flatMap(({ status }) => status.containerStatuses ?? [])
    .filter(({ name }) => name === image.name);
  if (!record.require(containers.length > 0, `${image.name}: no pod runs it`)) return;
  const references = [
    ...new Set(
      pods
        .flatMap(({ spec }) => spec.containers)
        .filter(({ name }) => name === image.name)
        .map((each) => each.image),
    ),
  ];
  const docker = new Docker(signal);
  for (const reference of references) {
    const ids = containers.map(({ imageID }) => imageID ?? '');
    const lack = await hasImage({ reference, image, ids, docker, minikube, cluster: release.cluster });
    if (lack === undefined) record.evidence(`${image.name}: ${reference} is ${image.id} on every node`);
    else record.problem(`${image.name}: ${lack}; deploy what is built: npm run apply`);
  }
}
