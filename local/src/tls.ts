// The machine's own certificate authority, for whatever the templates say is TLS. Made at the first start.
import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LocalContext } from './provider.ts';

/** Renewed well before the end, so that a platform left running for weeks stays trusted. */
const RENEW_BEFORE_MS = 60 * 24 * 3_600_000;

/** @returns PEM files below `<stateFolder>/tls`; a new authority whenever one of them is missing, damaged or near its end. */
export async function provideTls(stateFolder: string, now: () => number = Date.now): Promise<LocalContext['tls']> {
  const folder = join(stateFolder, 'tls');
  const tls = { caFile: join(folder, 'ca.pem'), certFile: join(folder, 'localhost.pem'), keyFile: join(folder, 'localhost.key') };
  if (isUsable(tls, now())) return tls;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Loading the library takes longer than all the rest of a warm start's preparation: only when it is needed.
  const { issueCertificates } = await import('./certificates.ts');
  const issued = await issueCertificates(now());
  replaceFile(tls.keyFile, issued.key);
  replaceFile(tls.certFile, issued.certificate);
  replaceFile(tls.caFile, issued.authority);
  return tls;
}

function isUsable({ caFile, certFile, keyFile }: LocalContext['tls'], nowMs: number): boolean {
  if (![caFile, certFile, keyFile].every((file) => existsSync(file))) return false;
  try {
    const authority = new X509Certificate(readFileSync(caFile));
    const certificate = new X509Certificate(readFileSync(certFile));
    const soon = nowMs + RENEW_BEFORE_MS;
    return [authority, certificate].every(({ validTo }) => Date.parse(validTo) > soon) && certificate.verify(authority.publicKey);
  } catch {
    return false;
  }
}

function replaceFile(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
