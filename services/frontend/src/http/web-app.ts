import { randomBytes } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MountHandler } from '@torii/chassis';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { contentSecurityPolicy } from './page-security.ts';

const NONCE_BYTES = 18;
const NONCE_MARK = '__CSP_NONCE__';

export interface WebApp {
  readonly mount: MountHandler;
  /** Throws when there is no page to serve. */
  readonly assertBuilt: () => Promise<void>;
}

/**
 * The built pages. Files below `/assets` carry their content's hash in their name and are kept for ever; `index.html` is
 * asked for again each time and answers every address of the app, so that a reload finds its page.
 */
export function createWebApp(folder: string, uploadOrigin: string): WebApp {
  const index = join(folder, 'index.html');
  return {
    assertBuilt: () => access(index),
    mount: createPages(folder, (response) => readFile(index, 'utf8').then((page) => sendPage(response, page, uploadOrigin))),
  };
}

function createPages(folder: string, answerPage: (response: Response) => Promise<void>): Express {
  const app = express();
  app.disable('x-powered-by');
  // Pages differ in their nonce each time.
  app.disable('etag');
  app.use('/assets', express.static(join(folder, 'assets'), { index: false, immutable: true, maxAge: '365d', redirect: false }));
  const files = express.static(folder, { index: false, maxAge: '1h', redirect: false });
  // The page itself only ever leaves with its nonce and its policy.
  app.use((request: Request, response: Response, next: NextFunction) =>
    request.path === '/index.html' ? next() : files(request, response, next),
  );
  app.use(async (request: Request, response: Response, next: NextFunction) => (asksForPage(request) ? answerPage(response) : next()));
  return app;
}

function asksForPage(request: Request): boolean {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && !/^\/(bff|assets)(\/|$)/.test(request.path) && request.accepts(['html', 'json']) === 'html';
}

function sendPage(response: Response, page: string, uploadOrigin: string): void {
  const nonce = randomBytes(NONCE_BYTES).toString('base64');
  response.setHeader('content-security-policy', contentSecurityPolicy(nonce, uploadOrigin));
  response.setHeader('cache-control', 'no-cache');
  response.type('html').send(page.replace(NONCE_MARK, nonce));
}
