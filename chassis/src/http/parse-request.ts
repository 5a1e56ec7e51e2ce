import type { Request } from 'express';
import type { z } from 'zod';
import { readJsonBody } from './read-json-body.ts';
import { invalidRequest } from './problem.ts';
import type { ParsedRequest, Route, User } from './route.ts';

/** What the server knows of a request before its route sees it. */
export interface RequestScope {
  readonly user: User | undefined;
  readonly correlationId: string;
  readonly signal: AbortSignal;
}

/**
 * Checks every part of a request against its route's schemas: path, query and headers before the body is read.
 * @throws REQUEST_INVALID and what `readJsonBody` throws
 */
export async function parseRequest(route: Route, raw: Request, scope: RequestScope): Promise<ParsedRequest> {
  const params = parsePart('path', route.params, raw.params);
  const query = parsePart('query', route.query, raw.query);
  const headers = parsePart('headers', route.headers, raw.headers);
  const body = route.body === undefined ? undefined : parsePart('body', route.body, await readJsonBody(raw, route.maxBodyBytes));
  return { params, query, headers, body, raw, ...scope } as ParsedRequest;
}

function parsePart(part: 'body' | 'query' | 'path' | 'headers', schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return value;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidRequest(part, result.error);
  return result.data;
}
