import { parentPort, workerData } from 'node:worker_threads';
import { createSrpSession, signSrpSession } from 'cognito-srp-helper';

// Answers with what the function of the library gives for these arguments.

const { name, args } = workerData as
  | { readonly name: 'create'; readonly args: Parameters<typeof createSrpSession> }
  | { readonly name: 'sign'; readonly args: Parameters<typeof signSrpSession> };
parentPort?.postMessage(name === 'create' ? createSrpSession(...args) : signSrpSession(...args));
