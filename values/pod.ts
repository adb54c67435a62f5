import { z } from 'zod';
import * as formats from './formats.ts';

/** The values that say where pods run and as whom. */
export function podShape() {
  return {
    podSecurityContext: z
      .object({
        runAsUser: userId().describe('User id of the process. null: the one that the cluster or image gives.'),
        runAsGroup: userId().describe('Group id of the process. null: the one that the cluster or image gives.'),
        fsGroup: userId().describe('Group that owns the volumes. null: none.'),
      })
      .prefault({})
      .describe('User and groups. The rest is fixed: not root, no privileges, read-only root, seccomp RuntimeDefault.'),
    podLabels: formats.labels().default({}).describe('More labels for the pods.'),
    podAnnotations: formats.annotations().default({}).describe('More annotations for the pods.'),
    nodeSelector: formats.labels().default({}).describe('Labels that a node must have.'),
    tolerations: z.array(z.unknown()).default([]).describe('Tolerations of node taints.'),
    priorityClassName: formats.objectName().nullable().default(null).describe('Priority class of the pods.'),
  };
}

/** The identity of a component's pods. */
export function serviceAccount() {
  return z
    .object({
      create: z.boolean().default(true).describe('Whether the ServiceAccount is made.'),
      name: formats
        .objectName()
        .nullable()
        .default(null)
        .describe("Its name. null: the Service's name, or 'default' where none is made."),
      annotations: formats.annotations().default({}).describe("The ServiceAccount's annotations."),
    })
    .prefault({});
}

function userId() {
  return z.int().min(1).max(2147483647).nullable().default(10001);
}
