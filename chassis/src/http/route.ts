import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserId } from '@torii/contracts';
import type { z } from 'zod';
import type { Claims } from '../auth/token-verifier.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who asks; only on routes with `auth: 'required'`. */
export interface User {
  /** The token's `sub`. */
  readonly id: UserId;
  readonly token: string;
  readonly claims: Claims;
}

/** A request after parsing; nothing in it is unchecked but `raw`. */
export interface RouteRequest<P = unknown, Q = unknown, B = unknown, H = unknown, U = User | undefined> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Those the route's `headers` schema names, by lower-case name. */
  readonly headers: H;
  readonly user: U;
  readonly correlationId: string;
  /** Aborted when the caller hangs up before the answer is ready. */
  readonly signal: AbortSignal;
  /** The request itself, for the rare route that needs cookies or a stream. */
  readonly raw: IncomingMessage;
  /** For the rare route that sets cookies, or streams its answer and then sends all of its headers itself. */
  readonly rawResponse: ServerResponse;
}

export interface RouteResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Sent as JSON; a string or Buffer is sent as it is, with the `content-type` of `headers`. Absent: no body. */
  readonly body?: unknown;
}

type Parsed<S, Otherwise> = S extends z.ZodType ? z.output<S> : Otherwise;

/** A row of a service's route table, as its author writes it. */
export interface RouteInit<
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
  H extends z.ZodType | undefined,
  A extends 'required' | 'none',
> {
  readonly method: Method;
  /** `/catalog/items/:id`; at its end may stand for the rest of an address: `/bff/api/*path`. */
  readonly path: string;
  /** `none` leaves `user` undefined. @default 'required' */
  readonly auth?: A;
  readonly params?: P;
  readonly query?: Q;
  /** With a schema the body is read and must be JSON; without one it is not read. */
  readonly body?: B;
  /** Schema over lower-case header names. */
  readonly headers?: H;
  /** @default 1 MiB */
  readonly maxBodyBytes?: number;
  handle(
    request: RouteRequest<
      Parsed<P, Readonly<Record<string, string>>>,
      Parsed<Q, Readonly<Record<string, unknown>>>,
      Parsed<B, undefined>,
      Parsed<H, Readonly<Record<string, string | undefined>>>,
      A extends 'none' ? undefined : User
    >,
  ): Promise<RouteResponse>;
}

/** A route whose types have been checked; the server takes any mixture of them. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly auth: 'required' | 'none';
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly headers: z.ZodType | undefined;
  readonly maxBodyBytes: number;
  readonly handle: (request: ParsedRequest) => Promise<RouteResponse>;
}

/** What the server hands to a route after checking it against the route's schemas: `never`, as any route may take it. */
export type ParsedRequest = RouteRequest<never, never, never, never, never>;

/** 1 MiB: ample for JSON, far below what would hurt; uploads go to S3. */
const DEFAULT_MAX_BODY_BYTES = 1024 * 1024;

/**
 * Infers the types of `params`, `query`, `body`, `headers` and `user` from the schemas beside them.
 * @example defineRoute({ method: 'GET', path: '/catalog/items/:id', params: z.object({ id: itemId }), handle: async ({ params }) => … })
 */
export function defineRoute<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  H extends z.ZodType | undefined = undefined,
  A extends 'required' | 'none' = 'required',
>(init: RouteInit<P, Q, B, H, A>): Route {
  return {
    method: init.method,
    path: init.path,
    auth: init.auth ?? 'required',
    params: init.params,
    query: init.query,
    body: init.body,
    headers: init.headers,
    maxBodyBytes: init.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    handle: (request) => init.handle(request),
  };
}

/** What every request passes before its route is looked for: it may set headers, or throw to refuse. */
export type RequestGuard = (request: IncomingMessage, response: ServerResponse) => void;

/** For what is no route, such as static files; calls `next` for what it does not know. An Express application is one. */
export type MountHandler = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
