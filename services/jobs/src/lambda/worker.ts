import { readWorkerConfig } from '../config.ts';
import { createWorker } from '../worker.ts';

// Made once per container, at its cold start; a failure here fails the invocation, and the messages come again.
const worker = await createWorker(readWorkerConfig(process.env));

export const handler = worker.handle;
