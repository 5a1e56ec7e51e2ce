import { listQueues, type MessageType } from '@torii/contracts';

/** The subscriber of this suite: what it does to a message twice shows. */
export const LEDGER_QUEUE = 'ledger-events';

export const WORKER_QUEUE = 'jobs-worker-commands';

/** Types that a queue of items receives: the projection's, retired versions included. */
export const LEDGER_TYPES: readonly MessageType[] = listQueues().find(({ name }) => name === 'jobs-projection-events')?.types ?? [];

/** Every queue with a consumer in a run. */
export const WORK_QUEUES: readonly string[] = [
  ...listQueues()
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('identity-')),
  LEDGER_QUEUE,
];

export const DEAD_LETTER_QUEUES: readonly string[] = WORK_QUEUES.map((name) => `${name}-dlq`);

/** Seconds that a message stays invisible: long enough to be handled on a busy machine, short enough to wait for. */
export const VISIBILITY_SECONDS = 3;

/** How long a relay that is frozen keeps the lead: three renewals of a busy machine. */
export const LEASE_SECONDS = 4;

/** Failures after which the ledger gives a message up, unless what it depends on was away. */
export const LEDGER_MAX_ATTEMPTS = 3;
