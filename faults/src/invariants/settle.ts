import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../platform/platform.ts';
import { WORK_QUEUES } from '../platform/names.ts';

const POLL_MS = 100;

interface Work {
  readonly messages: number;
  readonly where: string;
}

/**
 * Waits until outboxes and queues are empty: nothing is under way any more. A busy machine is given as long as the work grows less.
 * @returns what was left when nothing moved any more, or undefined
 */
export async function settle(platform: Platform, standstillMs: number): Promise<string | undefined> {
  let least = Number.POSITIVE_INFINITY;
  let movedAtMs = performance.now();
  for (;;) {
    const { messages, where } = await findWork(platform);
    if (messages === 0) return undefined;
    if (messages < least) {
      least = messages;
      movedAtMs = performance.now();
    }
    if (performance.now() - movedAtMs > standstillMs) return `${where}; nothing has moved for ${standstillMs / 1000} s`;
    await delay(POLL_MS);
  }
}

async function findWork({ observer, depths }: Platform): Promise<Work> {
  const places: (readonly [name: string, messages: number])[] = [];
  for (const schema of ['catalog', 'jobs']) {
    const [row] = await observer.query<{ count: number }>(`SELECT COUNT(*) AS count FROM ${schema}.outbox_messages`);
    places.push([`the outbox of ${schema}`, Number(row?.count)]);
  }
  const filled = [...places, ...Object.entries(await depths(WORK_QUEUES))].filter(([, messages]) => messages > 0);
  return {
    messages: filled.reduce((sum, [, messages]) => sum + messages, 0),
    where: filled.map(([name, messages]) => `${messages} messages in ${name}`).join(', '),
  };
}
