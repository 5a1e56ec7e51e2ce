import { createSqsClient, createTokenVerifier, startTelemetry } from '@torii/chassis';
import { readConfig, readWorkerConfig } from '@torii/jobs/src/config.ts';
import { createJobs } from '@torii/jobs/src/service.ts';
import { createWorker } from '@torii/jobs/src/worker.ts';
import { startEventBus } from '@torii/jobs/test/event-bus.ts';
import { readServiceParts, startEventSource } from '@torii/testing';
import { serveParent } from '../processes/serve-parent.ts';

// The jobs service and its Lambda worker, which here share a process: telemetry can be registered only once in each.

const { env, secretReader, tokens } = readServiceParts();
const bus = await startEventBus();
Object.assign(process.env, bus.env);
const config = readConfig(env);
const telemetry = startTelemetry({
  serviceName: config.serviceName,
  environment: config.environment,
  otlpEndpoint: config.otelExporterOtlpEndpoint,
  samplingRatio: config.otelTracesSamplerArg,
});
const service = await createJobs(config, { secretReader, verifier: createTokenVerifier(tokens), telemetry });
const worker = await createWorker(readWorkerConfig(env), { secretReader, telemetry });
startEventSource({ sqs: createSqsClient(), queueUrl: config.jobsWorkerCommandsQueueUrl, handle: worker.handle });
const { port } = await service.start();
serveParent({ origin: `http://127.0.0.1:${port}` });
