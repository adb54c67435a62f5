import { execa } from 'execa';
import { FAULT_IMAGE } from './faults.ts';

/** Brings what the planted faults run into the cluster. Others use the images of the application and of Postgres too. */
export async function loadFaultImages(): Promise<void> {
  await execa('docker', ['tag', 'busybox:1.37', FAULT_IMAGE]);
  await execa('minikube', ['image', 'load', FAULT_IMAGE]);
}

export async function removeFaultImages(): Promise<void> {
  await execa('minikube', ['image', 'rm', FAULT_IMAGE], { reject: false });
  await execa('docker', ['rmi', FAULT_IMAGE], { reject: false });
}
