import type { ServiceFailpoints } from '@torii/chassis';
import { failpoint } from './serve-parent.ts';

/** Every step of relay and consumer at which a process can be made to stand. */
export const relayFailpoints: NonNullable<ServiceFailpoints['relay']> = {
  beforePublish: failpoint('relay.beforePublish'),
  afterPublish: failpoint('relay.afterPublish'),
  beforeDelete: failpoint('relay.beforeDelete'),
};

export const consumerFailpoints: NonNullable<ServiceFailpoints['consumer']> = {
  beforeCommit: failpoint('consumer.beforeCommit'),
  afterCommit: failpoint('consumer.afterCommit'),
  beforeAcknowledge: failpoint('consumer.beforeAcknowledge'),
};
