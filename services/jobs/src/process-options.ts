import type { SecretReader } from '@torii/chassis';

/** Instead of Secrets Manager, for tests. */
export function readerOf({ secretReader }: { readonly secretReader?: SecretReader }): { readonly secretReader?: SecretReader } {
  return secretReader === undefined ? {} : { secretReader };
}
