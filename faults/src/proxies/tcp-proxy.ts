import { connect, createServer, type Socket } from 'node:net';

/** A stretch of network in front of a server. */
export interface TcpProxy {
  readonly port: number;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Takes connections and bytes and answers nothing. */
  freeze(): void;
  /** Every packet takes this long, each way. */
  slow(delayMs: number): void;
  /** What was spoiled since the proxy was last restored: connections that were ended or refused, packets that were late. */
  spoiled(): Spoiled;
  /** As if nothing had been. */
  restore(): void;
  close(): Promise<void>;
}

export interface Spoiled {
  readonly ended: number;
  readonly refused: number;
  readonly delayed: number;
}

const NOTHING: Spoiled = { ended: 0, refused: 0, delayed: 0 };

type Mode = { readonly kind: 'open' | 'cut' | 'frozen' } | { readonly kind: 'slow'; readonly delayMs: number };

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let mode: Mode = { kind: 'open' };
  let spoiled = NOTHING;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true).on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  const pass = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => {
      const write = (): void => void (to.destroyed || to.write(chunk));
      if (mode.kind !== 'slow') return write();
      spoiled = { ...spoiled, delayed: spoiled.delayed + 1 };
      setTimeout(write, mode.delayMs);
    });
    from.on('close', () => to.destroy());
    from.on('end', () => to.end());
  };
  const server = createServer((client) => {
    if (mode.kind === 'cut') {
      spoiled = { ...spoiled, refused: spoiled.refused + 1 };
      return void client.resetAndDestroy();
    }
    const target = connect({ port: targetPort, host: '127.0.0.1' });
    keep(client);
    keep(target);
    pass(client, target);
    pass(target, client);
    if (mode.kind === 'frozen') for (const socket of [client, target]) socket.pause();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const each = (act: (socket: Socket) => void): void => [...sockets].forEach(act);
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: () => {
      mode = { kind: 'cut' };
      spoiled = { ...spoiled, ended: spoiled.ended + sockets.size };
      each((socket) => socket.resetAndDestroy());
    },
    freeze: () => {
      mode = { kind: 'frozen' };
      each((socket) => socket.pause());
    },
    slow: (delayMs) => {
      mode = { kind: 'slow', delayMs };
    },
    spoiled: () => spoiled,
    restore: () => {
      mode = { kind: 'open' };
      spoiled = NOTHING;
      each((socket) => socket.resume());
    },
    close: async () => {
      each((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
