import { describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { assertPortsFree } from './ports.ts';

describe('assertPortsFree', () => {
  it('names the port, what it is for and who holds it', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const holder = process.platform === 'linux' ? `process ${process.pid}` : 'another process';
      await expect(assertPortsFree({ web: port })).rejects.toThrow(`${port} (web) is held by ${holder}`);
    } finally {
      server.close();
    }
    await once(server, 'close');
    await expect(assertPortsFree({ web: port })).resolves.toBeUndefined();
  });
});
