import { createTokenVerifier } from '@torii/chassis';
import { readConfig } from '@torii/jobs/src/config.ts';
import { createJobs } from '@torii/jobs/src/service.ts';
import { startEventBus } from '@torii/jobs/test/event-bus.ts';
import { readServiceParts } from '@torii/testing';
import { endOnSignal } from './end-on-signal.ts';
import { standBeforeReply } from './request-failpoints.ts';
import { serveParent, toldToStart } from './serve-parent.ts';

// The jobs service as it is deployed, but for EventBridge, whose stand-in shares its process.

await toldToStart();
const { env, secretReader, tokens } = readServiceParts();
const verifier = createTokenVerifier(tokens);
const bus = await startEventBus();
Object.assign(process.env, bus.env);
standBeforeReply();
const service = await createJobs(readConfig(env), { secretReader, verifier });
const { port } = await service.start();
endOnSignal(service);
serveParent({ origin: `http://127.0.0.1:${port}` });
