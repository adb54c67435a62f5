import { execa } from 'execa';
import { FAULT_IMAGE, NAMED_USER_IMAGE } from './faults.ts';

/**
 * Brings what the planted faults run into the cluster: busybox as images of their own. Another name of the same image
 * would not do, as a node forgets all names with the image that is removed.
 */
export async function loadFaultImages(): Promise<void> {
  await build(FAULT_IMAGE, 'LABEL description="planted faults"');
  await build(NAMED_USER_IMAGE, 'USER nobody');
}

export async function removeFaultImages(): Promise<void> {
  for (const image of [FAULT_IMAGE, NAMED_USER_IMAGE]) {
    await execa('minikube', ['image', 'rm', image], { reject: false });
    await execa('docker', ['rmi', image], { reject: false });
  }
}

async function build(image: string, line: string): Promise<void> {
  await execa('docker', ['build', '--quiet', '--tag', image, '-'], { input: `FROM busybox:1.37\n${line}\n` });
  await execa('minikube', ['image', 'load', image]);
}
