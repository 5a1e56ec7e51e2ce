import { describe, expect, it } from '@jest/globals';
import { findPresignFault, type HttpRequest } from './presigned-url.ts';

// The worked example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
const EXAMPLE: HttpRequest = {
  method: 'GET',
  url:
    '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request' +
    '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
    '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
  headers: { host: 'examplebucket.s3.amazonaws.com' },
};
const CREDENTIALS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' };
const SIGNED_AT = new Date('2013-05-24T00:00:00Z');

function codeOf(request: Partial<HttpRequest>, now = SIGNED_AT): string | undefined {
  return findPresignFault({ ...EXAMPLE, ...request }, CREDENTIALS, now)?.code;
}

describe('a presigned URL', () => {
  it('is accepted when it is the example of AWS', () => {
    expect(codeOf({})).toBeUndefined();
    expect(codeOf({}, new Date('2013-05-25T00:00:00Z'))).toBeUndefined();
  });

  it('is refused after it has expired, and before it was signed', () => {
    expect(codeOf({}, new Date('2013-05-25T00:00:01Z'))).toBe('AccessDenied');
    expect(codeOf({}, new Date('2013-05-23T23:00:00Z'))).toBe('AccessDenied');
  });

  it.each<readonly [string, Partial<HttpRequest>, string]>([
    ['another method', { method: 'PUT' }, 'SignatureDoesNotMatch'],
    ['another path', { url: EXAMPLE.url.replace('test', 'best') }, 'SignatureDoesNotMatch'],
    ['a longer life', { url: EXAMPLE.url.replace('86400', '86401') }, 'SignatureDoesNotMatch'],
    ['another parameter', { url: `${EXAMPLE.url}&versionId=1` }, 'SignatureDoesNotMatch'],
    ['another host', { headers: { host: 'other.s3.amazonaws.com' } }, 'SignatureDoesNotMatch'],
    ['a header that was not signed', { headers: { ...EXAMPLE.headers, 'x-amz-acl': 'public-read' } }, 'AccessDenied'],
    ['another key id', { url: EXAMPLE.url.replace('AKIA', 'BKIA') }, 'InvalidAccessKeyId'],
    ['a signature cut short', { url: EXAMPLE.url.slice(0, -1) }, 'AuthorizationQueryParametersError'],
    ['a week and more', { url: EXAMPLE.url.replace('86400', '604801') }, 'AuthorizationQueryParametersError'],
    ['no date', { url: EXAMPLE.url.replace('X-Amz-Date', 'X-Date') }, 'AuthorizationQueryParametersError'],
  ])('is refused with %s', (_name, request, code) => {
    expect(codeOf(request)).toBe(code);
  });
});
