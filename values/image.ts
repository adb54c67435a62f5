import { z } from 'zod';

export interface ImageDefaults {
  readonly repository: string;
  readonly tag: string;
}

/** A container image in its parts, so that a registry, a tag or a digest can be set alone. */
export function image(defaults: ImageDefaults) {
  return z
    .object({
      registry: z
        .string()
        .max(253)
        .regex(/^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/)
        .nullable()
        .default(null)
        .describe("Registry in front of the repository, such as registry.example.com/team. null: the runtime's own."),
      repository: z
        .string()
        .max(255)
        .regex(/^[a-z0-9]+([._-]+[a-z0-9]+)*(:[0-9]{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/)
        .default(defaults.repository)
        .describe("The image's name."),
      tag: z
        .string()
        .regex(/^[A-Za-z0-9_][-A-Za-z0-9_.]{0,127}$/)
        .default(defaults.tag)
        .describe("The image's tag, in quotes. Not used when a digest is set."),
      digest: z
        .string()
        .regex(/^sha256:[a-f0-9]{64}$/)
        .nullable()
        .default(null)
        .describe('Exact image, as sha256:... null: the tag decides.'),
      pullPolicy: z
        .enum(['Always', 'IfNotPresent', 'Never'])
        .default('IfNotPresent')
        .describe('When the node pulls the image. Never: only images that were loaded into the node.'),
    })
    .prefault({});
}
