import { readConfig } from '@torii/catalog/src/config.ts';
import { createCatalog } from '@torii/catalog/src/service.ts';
import { endOnSignal } from './end-on-signal.ts';
import { requestFailpoints, standBeforeReply } from './request-failpoints.ts';
import { serveParent } from './serve-parent.ts';
import { readServiceParts } from './service-parts.ts';
import { consumerFailpoints, relayFailpoints } from './steps.ts';

// The catalog as it is deployed; it can be made to stand at a step, and killed there.

const { env, secretReader, verifier } = readServiceParts();
standBeforeReply();
const failpoints = { database: requestFailpoints(), relay: relayFailpoints, consumer: consumerFailpoints };
const service = await createCatalog(readConfig(env), { secretReader, verifier, failpoints });
const { port } = await service.start();
endOnSignal(service);
serveParent({ origin: `http://127.0.0.1:${port}` });
