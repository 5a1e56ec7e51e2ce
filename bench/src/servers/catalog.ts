import { readConfig } from '@torii/catalog/src/config.ts';
import { createCatalog } from '@torii/catalog/src/service.ts';
import { serveParent } from '../processes/serve-parent.ts';
import { readServiceParts } from './service-parts.ts';

// The catalog as it is deployed: its own logger, telemetry, pool, cache, relay and consumers.

const { env, secretReader, verifier } = readServiceParts();
const service = await createCatalog(readConfig(env), { secretReader, verifier });
const { port } = await service.start();
serveParent({ origin: `http://127.0.0.1:${port}` });
