import { z } from 'zod';
import { type ConfigDefaults, config, secret } from './configuration.ts';
import { database } from './database.ts';
import * as formats from './formats.ts';
import { image } from './image.ts';
import { monitoring, networkPolicy, routing } from './network.ts';
import { type WebDefaults, webShape } from './web.ts';

/** Where the presets differ. */
export interface PresetDefaults {
  readonly backend: WebDefaults;
  readonly frontend: WebDefaults;
  readonly config: ConfigDefaults;
  readonly secret: { readonly name: string };
}

/** The values of every preset: one shape, with the preset's own defaults. */
export function schemaFor(defaults: PresetDefaults) {
  return z.object({
    backend: z.object(webShape(defaults.backend)).prefault({}).describe('The FastAPI backend.'),
    frontend: z
      .object({
        ...webShape(defaults.frontend),
        cacheSizeLimit: formats.size().default('128Mi').describe("Size limit of Next.js's cache directory."),
      })
      .prefault({})
      .describe('The Next.js frontend.'),
    config: config(defaults.config),
    secret: secret(defaults.secret.name),
    database: database(),
    routing: routing(),
    networkPolicy: networkPolicy(),
    monitoring: monitoring(),
    tests: z
      .object({
        enabled: z.boolean().default(true).describe('Whether helm test has pods to run.'),
        image: image({ repository: 'busybox', tag: '1.37' }).describe('An image with wget.'),
      })
      .prefault({})
      .describe("Checks that 'helm test' runs: the backend's health and the frontend's page."),
    commonLabels: formats.labels().default({}).describe('More labels for every object.'),
    imagePullSecrets: z
      .array(z.object({ name: formats.objectName().describe("The Secret's name.") }))
      .default([])
      .describe('Secrets with credentials for the registry: {name}.'),
    global: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('Values of a parent chart. Nothing here reads them.'),
  });
}

export type Values = z.output<ReturnType<typeof schemaFor>>;
export type BackendValues = Values['backend'];
export type FrontendValues = Values['frontend'];
export type DatabaseValues = Values['database'];
