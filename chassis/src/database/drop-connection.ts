import { Duplex } from 'node:stream';

/**
 * Gives up a connection whose server may never answer again. mysql2's own `destroy` says good-bye and waits for the answer: the socket of a frozen
 * server would stay open for as long as that is frozen.
 * @param connection of mysql2, or of mysql2/promise, which wraps one
 */
export function dropConnection(connection: { destroy(): void }): void {
  connection.destroy();
  const inner: unknown = Reflect.get(connection, 'connection') ?? connection;
  const stream: unknown = Reflect.get(Object(inner), 'stream');
  if (stream instanceof Duplex) stream.destroy();
}
