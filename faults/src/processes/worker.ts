import { createSqsClient } from '@torii/chassis';
import { readWorkerConfig } from '@torii/jobs/src/config.ts';
import { createWorker } from '@torii/jobs/src/worker.ts';
import { readServiceParts, startEventSource } from '@torii/testing';
import { failpoint, serveParent, toldToStart } from './serve-parent.ts';

// Lambda's event source mapping and one execution environment.

/** Short, so that an import takes several invocations. */
const SLICE_MS = Number(process.env['FAULTS_SLICE_MS'] ?? '20000');

await toldToStart();
const { env, secretReader } = readServiceParts();
const config = readWorkerConfig(env);
const worker = await createWorker(config, {
  secretReader,
  sliceMs: SLICE_MS,
  failpoints: {
    afterSend: failpoint('worker.afterSend'),
    afterCommit: failpoint('worker.afterCommit'),
    beforeComplete: failpoint('worker.beforeComplete'),
  },
});
// Killing this process is what Lambda does to a function that takes too long.
startEventSource({ sqs: createSqsClient(), queueUrl: config.jobsWorkerCommandsQueueUrl, handle: worker.handle });
serveParent({});
