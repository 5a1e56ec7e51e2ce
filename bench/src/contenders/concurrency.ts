import { listQueues } from '@torii/contracts';

// The same for every contender: what the relay does at once, and what the topology says of the queue that is compared.

/** Calls to a topic at once, as many as the relay has lanes. */
export const PUBLISH_CALLS = 8;
const settings = listQueues().find(({ name }) => name === 'catalog-events')?.settings;
/** Batches handled at once. */
export const RECEIVERS = settings?.concurrency ?? 4;
/** Messages in a batch; ten is also the most that a call takes. */
export const BATCH_SIZE = settings?.batchSize ?? 10;
