// S3 refuses a body that does not have the checksum the request promises. It matters for presigned URLs: an SDK client
// left at its defaults signs the checksum of an empty body into the URL, and every upload to it fails.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const DIGESTS: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  crc32: (body) => toBytes(crc32(body)),
  crc32c: (body) => toBytes(crc32c(body)),
  sha1: (body) => createHash('sha1').update(body).digest(),
  sha256: (body) => createHash('sha256').update(body).digest(),
};

/** The algorithm whose promised checksum the body does not have. `promised` has header names as keys, in lower case. */
export function findChecksumMismatch(promised: Readonly<Record<string, string>>, body: Buffer): string | undefined {
  return Object.entries(DIGESTS).find(([algorithm, digest]) => {
    const value = promised[`x-amz-checksum-${algorithm}`];
    return value !== undefined && value !== digest(body).toString('base64');
  })?.[0];
}

function toBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** Castagnoli's polynomial, reflected: zlib has only the other one. */
const CRC32C_POLYNOMIAL = 0x82f63b78;
const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ CRC32C_POLYNOMIAL : value >>> 1;
  return value;
});

function crc32c(body: Buffer): number {
  let value = 0xffffffff;
  for (const byte of body) value = (value >>> 8) ^ (crc32cTable[(value ^ byte) & 0xff] ?? 0);
  return (value ^ 0xffffffff) >>> 0;
}
