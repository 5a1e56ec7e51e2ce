import { describe, expect, it } from '@jest/globals';
import { findChecksumMismatch } from './checksum.ts';

// Check values of "123456789": https://reveng.sourceforge.io/crc-catalogue/
const BODY = Buffer.from('123456789');

describe('a promised checksum', () => {
  it.each([
    ['crc32', Buffer.from('cbf43926', 'hex')],
    ['crc32c', Buffer.from('e3069283', 'hex')],
    ['sha1', Buffer.from('f7c3bc1d808e04732adf679965ccc34ca7ae3441', 'hex')],
    ['sha256', Buffer.from('15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225', 'hex')],
  ])('of %s is that of the body or is named', (algorithm, digest) => {
    const promise = (value: string) => ({ [`x-amz-checksum-${algorithm}`]: value });
    expect(findChecksumMismatch(promise(digest.toString('base64')), BODY)).toBeUndefined();
    expect(findChecksumMismatch(promise('AAAAAA=='), BODY)).toBe(algorithm);
  });
});
