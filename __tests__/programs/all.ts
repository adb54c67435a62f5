import type { Program } from '../../chart/index.ts';
import { apiGateway } from './api-gateway.ts';
import { blog } from './blog.ts';
import { dataLake } from './data-lake.ts';
import { featureFlags } from './feature-flags.ts';
import { logPipeline } from './log-pipeline.ts';
import { modelServer } from './model-server.ts';
import { nightlyBackup } from './nightly-backup.ts';
import { queueWorkers } from './queue-workers.ts';
import { serviceMesh } from './service-mesh.ts';
import { tenants } from './tenants.ts';
import { webShop } from './web-shop.ts';

/** Small programs as users might write them, which together use all that the compiler can do. */
export const smallPrograms = [
  apiGateway,
  blog,
  dataLake,
  featureFlags,
  logPipeline,
  modelServer,
  nightlyBackup,
  queueWorkers,
  serviceMesh,
  tenants,
  webShop,
] as unknown as readonly Program[];
