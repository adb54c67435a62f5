import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execa } from 'execa';
import { loadImage } from '../../scripts/apply/load-image.ts';
import { NodeImages } from '../../scripts/apply/node-images.ts';
import { Docker } from '../../scripts/docker.ts';
import { Minikube } from '../../scripts/minikube.ts';
import { testCluster } from '../support/cluster.ts';

// Two small images that stand for an older and a newer build.
const OLD = 'busybox:1.37';
const NEW = 'docker/dockerfile:1';

let reference: string;
let profile: string;

beforeEach(async () => {
  ({ context: profile } = await testCluster());
  reference = `todo-test-${randomBytes(4).toString('hex')}:1`;
  // An image of its own, as a node forgets all names with the image that is removed.
  await new Docker().relabel(OLD, reference, { test: reference });
});
afterEach(async () => {
  delete process.env.MINIKUBE_FAULT;
  await execa('minikube', ['--profile', profile, 'image', 'rm', reference]);
  await execa('docker', ['rmi', reference]);
});

test('an image is loaded once', async () => {
  expect([await load(), await load()]).toEqual(['loaded', 'there']);
  expect(await idInNode()).toBe(await idInEngine());
});

test('a newer image of the same name takes the place of the older one', async () => {
  await load();
  await execa('docker', ['tag', NEW, reference]);

  expect(await load()).toBe('replaced');
  expect(await idInNode()).toBe(await idInEngine());
});

test('an image that Minikube keeps though a newer one was loaded is replaced', async () => {
  await load();
  await execa('docker', ['tag', NEW, reference]);
  process.env.MINIKUBE_FAULT = 'image-load-stale';

  expect(await load()).toBe('replaced');
  expect(await idInNode()).toBe(await idInEngine());
});

test('an image that Minikube loads silently not at all is an error that says so', async () => {
  process.env.MINIKUBE_FAULT = 'image-load-silent';

  await expect(load()).rejects.toMatchObject({
    message: `${reference} does not get into the cluster: node ${profile} has no such image`,
    details: [
      `'minikube image load' ends with 0 all the same`,
      `try it by hand: minikube -p ${profile} image load ${reference}`,
    ],
  });
});

async function load(): Promise<string> {
  const docker = new Docker();
  const { id } = (await docker.tryFindImage(reference))!;
  // Asked anew, as by another run.
  const nodes = new NodeImages(new Minikube(profile), [profile]);
  return loadImage(nodes, docker, { reference, id }, () => undefined);
}

async function idInNode(): Promise<string | undefined> {
  const images = await new Minikube(profile).images();
  return images.find(({ tags }) => tags.includes(`docker.io/library/${reference}`))?.id;
}

async function idInEngine(): Promise<string | undefined> {
  return (await new Docker().tryFindImage(reference))?.id.replace('sha256:', '');
}
