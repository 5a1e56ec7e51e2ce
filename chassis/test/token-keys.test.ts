import { createServer, type Server } from 'node:https';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestTokens, createTestTokens, startTestEnvironment } from '@torii/testing';
import { createTokenVerifier } from '../src/index.ts';

let tokens: TestTokens;
let server: Server;
let issuer: string;
let requests = 0;

beforeAll(async () => {
  startTestEnvironment();
  tokens = await createTestTokens();
  const folder = dirname(process.env['TORII_TEST_CA_FILE'] ?? '');
  const tls = { cert: readFileSync(join(folder, 'localhost.pem')), key: readFileSync(join(folder, 'localhost.key')) };
  server = createServer(tls, (request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/json');
    response.end(request.url === '/pool/.well-known/jwks.json' ? JSON.stringify(tokens.jwks) : '{}');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `https://localhost:${(server.address() as AddressInfo).port}/pool`;
});
afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

const create = () => createTokenVerifier({ issuer, clientIds: [tokens.clientId] });

describe('keys of the issuer', () => {
  it('are fetched over https, once', async () => {
    const verifier = create();
    await verifier.verify(await tokens.sign({ issuer }));
    await verifier.verify(await tokens.sign({ issuer }));
    expect(requests).toBe(1);
  });

  it('that do not include the key of a token make it foreign, every time it comes', async () => {
    const verifier = create();
    const foreign = await tokens.sign({ issuer, keyId: 'of-somebody-else' });
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(verifier.verify(foreign)).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await verifier.verify(await tokens.sign({ issuer }));
  });

  it('that make no sense are not the fault of the caller', async () => {
    const odd = issuer.replace('/pool', '/odd');
    const verifier = createTokenVerifier({ issuer: odd, clientIds: [tokens.clientId] });
    await expect(verifier.verify(await tokens.sign({ issuer: odd }))).rejects.toMatchObject({
      code: 'TOKEN_KEYS_UNAVAILABLE',
      kind: 'unavailable',
    });
  });
});
