import { execa } from 'execa';
import { FAULT_IMAGE } from './faults.ts';

/**
 * Brings what the planted faults run into the cluster: busybox as an image of its own. Another name of the same image
 * would not do, as a node forgets all names with the image that is removed.
 */
export async function loadFaultImages(): Promise<void> {
  const input = 'FROM busybox:1.37\nLABEL description="planted faults"\n';
  await execa('docker', ['build', '--quiet', '--tag', FAULT_IMAGE, '-'], { input });
  await execa('minikube', ['image', 'load', FAULT_IMAGE]);
}

export async function removeFaultImages(): Promise<void> {
  await execa('minikube', ['image', 'rm', FAULT_IMAGE], { reject: false });
  await execa('docker', ['rmi', FAULT_IMAGE], { reject: false });
}
