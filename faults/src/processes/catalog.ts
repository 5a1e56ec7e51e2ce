import { readConfig } from '@torii/catalog/src/config.ts';
import { createCatalog } from '@torii/catalog/src/service.ts';
import { createTokenVerifier } from '@torii/chassis';
import { readServiceParts } from '@torii/testing';
import { endOnSignal } from './end-on-signal.ts';
import { LEASE_SECONDS } from '../platform/names.ts';
import { requestFailpoints, standBeforeReply } from './request-failpoints.ts';
import { serveParent, toldToStart } from './serve-parent.ts';
import { consumerFailpoints, relayFailpoints } from './steps.ts';

// The catalog as it is deployed; it can be made to stand at a step, and killed there.

await toldToStart();
const { env, secretReader, tokens } = readServiceParts();
const verifier = createTokenVerifier(tokens);
standBeforeReply();
const failpoints = { database: requestFailpoints(), relay: relayFailpoints, consumer: consumerFailpoints };
const service = await createCatalog(readConfig(env), { secretReader, verifier, failpoints, leaseSeconds: LEASE_SECONDS });
const { port } = await service.start();
endOnSignal(service);
serveParent({ origin: `http://127.0.0.1:${port}` });
