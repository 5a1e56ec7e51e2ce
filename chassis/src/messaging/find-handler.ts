import type { Consumer, Handlers } from '@torii/contracts';
import type { AnyHandler } from './process-messages.ts';

/** Looks handlers up by the type of a message that has been checked against the schema of just that type. */
export function findHandlerOf<C extends Consumer, Context>(handlers: Handlers<C, Context>): (type: string) => AnyHandler | undefined {
  const byType = new Map(Object.entries(handlers)) as ReadonlyMap<string, AnyHandler>;
  return (type) => byType.get(type);
}
