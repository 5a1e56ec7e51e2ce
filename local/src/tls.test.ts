import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { provideTls } from './tls.ts';

const YEAR_MS = 365 * 24 * 3_600_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'torii-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('provideTls', () => {
  it('issues a certificate for localhost and 127.0.0.1, readable by its user only', async () => {
    const { caFile, certFile, keyFile } = await provideTls(folder);
    const certificate = new X509Certificate(readFileSync(certFile));
    expect(certificate.verify(new X509Certificate(readFileSync(caFile)).publicKey)).toBe(true);
    expect([certificate.checkHost('localhost'), certificate.checkIP('127.0.0.1'), certificate.checkHost('example.com')]).toEqual([
      'localhost',
      '127.0.0.1',
      undefined,
    ]);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  });

  it('gives the same certificate at the next start', async () => {
    const read = async (): Promise<string> => readFileSync((await provideTls(folder)).certFile, 'utf8');
    expect(await read()).toBe(await read());
  });

  it.each([
    ['is near its end', () => Date.now() + 2.2 * YEAR_MS, (text: string) => text],
    ['is damaged', Date.now, () => 'not a certificate'],
  ])('issues another when it %s', async (_case, now, damage) => {
    const { certFile } = await provideTls(folder);
    const before = readFileSync(certFile, 'utf8');
    writeFileSync(certFile, damage(before));
    await provideTls(folder, now);
    expect(readFileSync(certFile, 'utf8')).not.toBe(before);
    expect(() => new X509Certificate(readFileSync(certFile))).not.toThrow();
  });

  it('issues another when the key is not the one of the certificate', async () => {
    const { certFile, keyFile } = await provideTls(folder);
    const before = readFileSync(certFile, 'utf8');
    const other = await provideTls(join(folder, 'other'));
    writeFileSync(keyFile, readFileSync(other.keyFile));
    await provideTls(folder);
    expect(readFileSync(certFile, 'utf8')).not.toBe(before);
  });
});
