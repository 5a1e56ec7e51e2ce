import { describe, expect, it } from '@jest/globals';
import { contentSecurityPolicy, decideUploadOrigin } from './page-security.ts';

describe('decideUploadOrigin', () => {
  it('names the bucket, in its region', () => {
    expect(decideUploadOrigin({ awsRegion: 'eu-west-1', filesBucket: 'files' })).toBe('https://files.s3.eu-west-1.amazonaws.com');
  });

  it('follows the endpoint that the SDKs use', () => {
    expect(decideUploadOrigin({ awsRegion: 'eu-west-1', filesBucket: 'files', awsEndpointUrlS3: 'http://127.0.0.1:8004/' })).toBe(
      'http://127.0.0.1:8004',
    );
  });
});

describe('contentSecurityPolicy', () => {
  it('allows nothing inline that lacks the nonce', () => {
    const policy = contentSecurityPolicy('n0nce', 'https://files.example');
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("style-src 'self' 'nonce-n0nce';");
    expect(policy).not.toContain('unsafe');
  });
});
