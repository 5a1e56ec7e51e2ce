import {
  defineRoute,
  fingerprintOf,
  type IdempotencyKey,
  idempotencyKeyHeader,
  type Route,
  type User,
  withIdempotencyKey,
} from '@torii/chassis';
import { itemDraft, itemId, itemPatch, itemQuery } from '@torii/contracts';
import { z } from 'zod';
import { parseIfMatch } from '../domain/precondition.ts';
import { changeItem } from '../use-cases/change-item.ts';
import type { CatalogContext } from '../use-cases/context.ts';
import { prepareCreation } from '../use-cases/create-items.ts';
import { deleteItem } from '../use-cases/delete-item.ts';
import { getItem } from '../use-cases/get-item.ts';
import { listCategories } from '../use-cases/list-categories.ts';
import { searchItems } from '../use-cases/search-items.ts';
import { groupCreations } from './group-creations.ts';
import { presentItem, presentItemUnlessKnown, requireIfMatch } from './items.ts';

const ITEM = '/catalog/items/:id';
const itemParams = z.object({ id: itemId });
// A client that never saw the answer asks again with the same key, and gets that answer instead of a conflict with itself.
const once = z.object({ 'idempotency-key': idempotencyKeyHeader });
const ifMatch = once.extend({ 'if-match': z.string().optional() });
const ifNoneMatch = z.object({ 'if-none-match': z.string().optional() });
/** The largest item there can be takes 150 KB, with every character of it escaped. */
const ITEM_MAX_BYTES = 256 * 1024;

export function createRoutes(context: CatalogContext, apiBasePath: string): readonly Route[] {
  return [...readingRoutes(context), ...changingRoutes(context, apiBasePath)];
}

function readingRoutes(context: CatalogContext): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/catalog/items',
      query: itemQuery,
      handle: async ({ user, query }) => ({ status: 200, body: await searchItems(context, user.id, query) }),
    }),
    defineRoute({
      method: 'GET',
      path: ITEM,
      params: itemParams,
      headers: ifNoneMatch,
      handle: async ({ user, params, headers }) =>
        presentItemUnlessKnown(await getItem(context, user.id, params.id), headers['if-none-match']),
    }),
    defineRoute({
      method: 'GET',
      path: '/catalog/categories',
      handle: async ({ user }) => ({ status: 200, body: await listCategories(context, user.id) }),
    }),
  ];
}

function changingRoutes(context: CatalogContext, apiBasePath: string): readonly Route[] {
  const creations = groupCreations(context, apiBasePath);
  return [
    defineRoute({
      method: 'POST',
      path: '/catalog/items',
      headers: once,
      body: itemDraft,
      maxBodyBytes: ITEM_MAX_BYTES,
      handle: async ({ user, headers, body, signal }) => {
        const creation = prepareCreation(context, { ownerId: user.id, draft: body });
        return creations.commit({ ...identify(user, headers, 'POST', body), creation }, signal);
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: ITEM,
      params: itemParams,
      headers: ifMatch,
      body: itemPatch,
      maxBodyBytes: ITEM_MAX_BYTES,
      handle: async ({ user, params, headers, body }) => {
        const change = { userId: user.id, id: params.id, patch: body, expected: requireIfMatch(headers['if-match']) };
        const request = identify(user, headers, 'PATCH', change);
        return withIdempotencyKey(context.database, request, async (tx) => presentItem(await changeItem(context, tx, change)));
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: ITEM,
      params: itemParams,
      headers: ifMatch,
      handle: async ({ user, params, headers }) => {
        const deletion = { userId: user.id, id: params.id, expected: parseIfMatch(headers['if-match'] ?? '*') };
        const request = identify(user, headers, 'DELETE', deletion);
        return withIdempotencyKey(context.database, request, async (tx) => {
          await deleteItem(context, tx, deletion);
          return { status: 204 };
        });
      },
    }),
  ];
}

function identify(user: User, headers: { readonly 'idempotency-key'?: string | undefined }, ...asked: readonly unknown[]): IdempotencyKey {
  const key = headers['idempotency-key'];
  return { key, userId: user.id, fingerprint: key === undefined ? '' : fingerprintOf(...asked) };
}
