/**
 * Stops for fault tests, by the name of a step. Only test entry points pass any: nothing in the environment can.
 * A failpoint may wait, throw or kill the process.
 */
export type Failpoints<Step extends string> = Readonly<Partial<Record<Step, () => Promise<void> | void>>>;

export type RelayStep = 'beforePublish' | 'afterPublish' | 'beforeDelete';
/** `beforeAcknowledge`: the effect is committed, the message still in its queue. */
export type ConsumerStep = 'beforeCommit' | 'afterCommit' | 'beforeAcknowledge';

/** Failpoints of a service, by the part that reaches them. */
export interface ServiceFailpoints {
  /** Every transaction, of requests and of messages. */
  readonly database?: Failpoints<'beforeCommit' | 'afterCommit'>;
  readonly relay?: Failpoints<RelayStep>;
  readonly consumer?: Failpoints<ConsumerStep>;
}
