import { JwtVerifier } from 'aws-jwt-verify';
import type { NextFunction, Request, Response } from 'express';
import { readTokens } from '@torii/testing';

/** Verifies the signature of each request's token anew; the issuer's keys are at hand. */
export function createAuthentication(issuer: string): (request: Request, response: Response, next: NextFunction) => Promise<void> {
  const verifier = JwtVerifier.create({ issuer, audience: null, jwksUri: `${issuer}/.well-known/jwks.json` });
  verifier.cacheJwks(readTokens().jwks);
  return async (request, response, next) => {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const claims = await verifier.verify(token).catch(() => undefined);
    if (claims === undefined) {
      response.status(401).json({ message: 'Unauthorized' });
      return;
    }
    response.locals['userId'] = claims.sub;
    next();
  };
}
