import type { RequestGuard } from '@torii/chassis';
import { isSecure } from '../session/sessions.ts';

/** A year, as browsers' preload lists ask. */
const HSTS = 'max-age=31536000; includeSubDomains';

/** For every answer, pages and data alike. */
const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

export const addSecurityHeaders: RequestGuard = (request, response) => {
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (isSecure(request)) response.setHeader('strict-transport-security', HSTS);
};

/** Scripts only from here and never inline; style elements made at run time only with this answer's nonce. */
export function contentSecurityPolicy(nonce: string, uploadOrigin: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${uploadOrigin}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

interface UploadBucket {
  readonly awsRegion: string;
  readonly filesBucket: string;
  readonly awsEndpointUrlS3?: string | undefined;
}

/** Where presigned uploads go, as a source of the content security policy. */
export function decideUploadOrigin({ awsRegion, filesBucket, awsEndpointUrlS3 }: UploadBucket): string {
  if (awsEndpointUrlS3 !== undefined) return new URL(awsEndpointUrlS3).origin;
  return `https://${filesBucket}.s3.${awsRegion}.amazonaws.com`;
}
