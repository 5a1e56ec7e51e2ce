import type { Envelope } from './envelope.ts';
import type { Consumer, DataOf, HandledBy } from './topology.ts';

/**
 * What consumer `C` does with each message it is sent; a type of the topology without a handler does not compile.
 * `Context` is the chassis's: the open transaction the effect belongs to, and where further messages go.
 */
export type Handlers<C extends Consumer, Context> = {
  readonly [T in HandledBy<C>]: (message: Envelope<T, DataOf<T>>, context: Context) => Promise<void>;
};
