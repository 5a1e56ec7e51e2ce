import { describe, expect, it } from '@jest/globals';
import { X509Certificate } from 'node:crypto';
import { renderAuthorities } from './write-authorities.ts';

/** What infra/src/constructs/data/database.ts asks RDS for, in the region of every environment. */
const NEEDED = 'Amazon RDS eu-west-1 Root CA RSA2048 G1';

describe('renderAuthorities', () => {
  const certificates = (renderAuthorities().match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/g) ?? []).map(
    (pem) => new X509Certificate(pem),
  );

  it('gives certificate authorities, one after the other', () => {
    expect(certificates.length).toBeGreaterThan(50);
    expect(certificates.filter(({ ca }) => !ca)).toEqual([]);
  });

  it('has the authority that signs the certificates of our databases, for years to come', () => {
    const authority = certificates.find(({ subject }) => subject.includes(NEEDED));
    expect(Date.parse(authority?.validTo ?? '')).toBeGreaterThan(Date.parse('2035-01-01'));
  });
});
