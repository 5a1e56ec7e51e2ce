import { createClaimCheck } from '@torii/chassis';
import { PUBLISHERS } from '@torii/contracts';
import { startTestBroker } from '@torii/testing';
import { z } from 'zod';
import { LEDGER_QUEUE, LEDGER_TYPES } from '../platform/names.ts';
import { serveParent, toldToStart } from './serve-parent.ts';

// SQS, SNS and S3 in a process of their own. What was acknowledged is on disk, as it is in AWS: this process may be killed.

const settings = z
  .object({ FAULTS_BROKER_PORT: z.coerce.number(), FAULTS_BROKER_STATE: z.string(), FAULTS_VISIBILITY_SECONDS: z.coerce.number() })
  .parse(process.env);
/** As the template says. */
const MAX_RECEIVES = 20;
const MORE_THAN_A_QUEUE_TAKES = 256 * 1024;

await toldToStart();
const broker = await startTestBroker({
  port: settings.FAULTS_BROKER_PORT,
  stateFolder: settings.FAULTS_BROKER_STATE,
  visibilityTimeoutSeconds: settings.FAULTS_VISIBILITY_SECONDS,
  maxReceiveCount: MAX_RECEIVES,
});
const ledgerUrl = broker.createQueue(LEDGER_QUEUE);
broker.subscribe(broker.topicArn('catalog'), ledgerUrl, LEDGER_TYPES);
const topicArns = Object.fromEntries(PUBLISHERS.map((publisher) => [publisher, broker.topicArn(publisher)]));

/** Makes a claim of a message that would not need one: JSON may have any amount of space. */
function deposit(body: string): Promise<string> {
  Object.assign(process.env, broker.env);
  return createClaimCheck({ bucket: broker.bucket }).deposit(body + ' '.repeat(MORE_THAN_A_QUEUE_TAKES));
}

serveParent({ endpoint: broker.endpoint, env: broker.env, bucket: broker.bucket, topicArns, ledgerUrl }, async (question, names) => {
  if (question === 'deposit') return deposit(names[0] ?? '');
  if (question !== 'depths') throw new Error('it knows only depths and deposit');
  return Object.fromEntries(names.map((name) => [name, broker.depth(name)]));
});
