import { describe, expect, it } from '@jest/globals';
import {
  beginSrpExchange,
  createSrpVerifier,
  GENERATOR,
  isSrpProof,
  MULTIPLIER,
  padHex,
  power,
  PRIME,
  privateKey,
  proofSignature,
  scrambling,
  sessionKey,
} from './srp.ts';

const user = { poolName: 'Trial0000', userId: 'b5d7f1ae-1111-4222-a333-444455556666' };
const proof = { secretBlock: Buffer.from('block').toString('base64'), timestamp: 'Sat Nov 2 13:45:00 UTC 2030' };

/** What a client with this password would sign. */
function signAsClient(password: string, verifier: { readonly saltHex: string; readonly verifierHex: string }): boolean {
  const clientSecret = 0x1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdefn;
  const exchange = beginSrpExchange(verifier.verifierHex, power(GENERATOR, clientSecret).toString(16));
  if (exchange === undefined) throw new Error('The exchange did not begin');
  const scramble = scrambling(exchange.clientPublic, exchange.serverPublic);
  const x = privateKey(user, password, verifier.saltHex);
  const base = (((exchange.serverPublic - MULTIPLIER * power(GENERATOR, x)) % PRIME) + PRIME) % PRIME;
  const key = sessionKey(power(base, clientSecret + scramble * x), scramble);
  return isSrpProof(exchange, user, { ...proof, signature: proofSignature(key, user, proof).toString('base64') });
}

describe('SRP', () => {
  it('accepts the right password and no other', () => {
    const verifier = createSrpVerifier(user, 'Correct-horse-9');
    expect(signAsClient('Correct-horse-9', verifier)).toBe(true);
    expect(signAsClient('Correct-horse-8', verifier)).toBe(false);
  });

  it('does not begin with a predictable secret', () => {
    for (const A of ['0', PRIME.toString(16), (PRIME * 2n).toString(16), 'xyz', '']) expect(beginSrpExchange('ff', A)).toBeUndefined();
  });

  it('pads as two’s complement', () => {
    expect(['1', '80', '7f', 'abc'].map(padHex)).toEqual(['01', '0080', '7f', '0abc']);
  });
});
