import { listQueues, type QueueName } from '@torii/contracts';

/** What EventBridge could not bring to its queue, as it left it there: its own event, which no consumer takes. */
export const SCHEDULES = 'schedules';

/** Dead letters of a queue of the topology, or of the rules that send scheduled commands. */
export type DeadLetterSource = QueueName | typeof SCHEDULES;

/** Every dead-letter queue is called `<source>-dlq`. */
export function listDeadLetterSources(): readonly DeadLetterSource[] {
  return [...listQueues().map(({ name }) => name), SCHEDULES];
}
