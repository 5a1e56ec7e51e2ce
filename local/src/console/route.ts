import type { IncomingMessage } from 'node:http';

export interface ConsoleReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One page or JSON endpoint of the console's listener; whoever has something to show contributes routes. */
export interface ConsoleRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Exact path, without the query; a path that ends in `/*` takes everything below it that no exact one takes. */
  readonly path: string;
  handle(request: IncomingMessage, url: URL): Promise<ConsoleReply>;
}
