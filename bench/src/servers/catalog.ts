import { readConfig } from '@torii/catalog/src/config.ts';
import { createCatalog } from '@torii/catalog/src/service.ts';
import { createTokenVerifier } from '@torii/chassis';
import { readServiceParts } from '@torii/testing';
import { serveParent } from '../processes/serve-parent.ts';

// The catalog as it is deployed: its own logger, telemetry, pool, cache, relay and consumers.

const { env, secretReader, tokens } = readServiceParts();
const service = await createCatalog(readConfig(env), { secretReader, verifier: createTokenVerifier(tokens) });
const { port } = await service.start();
serveParent({ origin: `http://127.0.0.1:${port}` });
