import {
  type Clock,
  composeService,
  createHttpServer,
  type CreateId,
  createLogger,
  createUuid,
  type Logger,
  type Service,
  startTelemetry,
  systemClock,
  type Telemetry,
  telemetryOptions,
} from '@torii/chassis';
import { fileURLToPath } from 'node:url';
import { Agent } from 'undici';
import { type Accounts, createAccounts } from './cognito/accounts.ts';
import type { FrontendConfig } from './config.ts';
import { assertOwnRequest } from './http/own-requests.ts';
import { addSecurityHeaders, decideUploadOrigin } from './http/page-security.ts';
import { createRoutes } from './http/routes.ts';
import { createWebApp } from './http/web-app.ts';
import { createSeal } from './session/seal.ts';
import { createSessions } from './session/sessions.ts';
import { createRenewSession } from './use-cases/renew-session.ts';

/** What a test may replace. */
export interface FrontendOverrides {
  readonly logger?: Logger;
  readonly telemetry?: Telemetry;
  readonly accounts?: Accounts;
  readonly clock?: Clock;
  readonly createId?: CreateId;
  /** The built pages. @default `dist` beside `src` */
  readonly webFolder?: string;
}

/** API Gateway itself gives up after 29 s. */
const API_TIMEOUT_MS = 30_000;
const API_CONNECT_TIMEOUT_MS = 2_000;
const DIST_FOLDER = fileURLToPath(new URL('../dist', import.meta.url));

export async function createFrontend(config: FrontendConfig, overrides: FrontendOverrides = {}): Promise<Service> {
  const { serviceName } = config;
  const logger = overrides.logger ?? createLogger({ serviceName, level: config.logLevel, release: config.release });
  const telemetry = overrides.telemetry ?? startTelemetry(telemetryOptions(config));
  const accounts = overrides.accounts ?? createAccounts(config.userPoolClientId);
  const clock = overrides.clock ?? systemClock;
  const now = () => clock.now().getTime();
  const sessions = createSessions({
    seal: createSeal(config.sessionSecret, now),
    renew: createRenewSession({ accounts, now, logger }),
    now,
  });
  const api = new Agent({ connect: { timeout: API_CONNECT_TIMEOUT_MS }, headersTimeout: API_TIMEOUT_MS, bodyTimeout: API_TIMEOUT_MS });
  const web = createWebApp(overrides.webFolder ?? DIST_FOLDER, decideUploadOrigin(config));

  const http = createHttpServer({
    logger,
    port: config.port,
    ...(config.host === undefined ? {} : { host: config.host }),
    routes: createRoutes({ accounts, sessions, apiUrl: config.apiUrl, api, now, createId: overrides.createId ?? createUuid, logger }),
    before: [addSecurityHeaders, assertOwnRequest],
    mount: web.mount,
    release: config.release,
    // Not the API: when that is down, pages must still come and say so.
    readiness: { web: web.assertBuilt },
  });
  const service = composeService({ logger, http, telemetry, shutdownTimeoutMs: config.shutdownTimeoutMs });
  return {
    ...service,
    stop: async () => {
      await service.stop();
      await api.close();
    },
  };
}
