// The machine's own certificate authority, for whatever the templates say is TLS. Made at the first start.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalContext } from './provider.ts';
import { replaceFile } from './state-files.ts';

/** Renewed well before the end, so that a platform left running for weeks stays trusted. */
const RENEW_BEFORE_MS = 60 * 24 * 3_600_000;

/** @returns PEM files below `<stateFolder>/tls`; a new authority whenever one of them is missing, damaged or near its end. */
export async function provideTls(stateFolder: string, now: () => number = Date.now): Promise<LocalContext['tls']> {
  const folder = join(stateFolder, 'tls');
  const tls = { caFile: join(folder, 'ca.pem'), certFile: join(folder, 'localhost.pem'), keyFile: join(folder, 'localhost.key') };
  if (isUsable(tls, now())) return tls;
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
    const isPair = certificate.verify(authority.publicKey) && certificate.checkPrivateKey(createPrivateKey(readFileSync(keyFile)));
    return isPair && [authority, certificate].every(({ validTo }) => Date.parse(validTo) > soon);
  } catch {
    return false;
  }
}
