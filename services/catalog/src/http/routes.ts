import { defineRoute, type Route } from '@torii/chassis';
import { itemDraft, itemId, itemPatch, itemQuery } from '@torii/contracts';
import { z } from 'zod';
import { parseIfMatch } from '../domain/precondition.ts';
import { changeItem } from '../use-cases/change-item.ts';
import type { CatalogContext } from '../use-cases/context.ts';
import { createItem } from '../use-cases/create-item.ts';
import { deleteItem } from '../use-cases/delete-item.ts';
import { getItem } from '../use-cases/get-item.ts';
import { listCategories } from '../use-cases/list-categories.ts';
import { searchItems } from '../use-cases/search-items.ts';
import { presentCreatedItem, presentItem, presentItemUnlessKnown, requireIfMatch } from './items.ts';

const ITEM = '/catalog/items/:id';
const itemParams = z.object({ id: itemId });
const ifMatch = z.object({ 'if-match': z.string().optional() });
const ifNoneMatch = z.object({ 'if-none-match': z.string().optional() });
/** The largest item there can be takes 150 KB, with every character of it escaped. */
const ITEM_MAX_BYTES = 256 * 1024;

export function createRoutes(context: CatalogContext, apiBasePath: string): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/catalog/items',
      body: itemDraft,
      maxBodyBytes: ITEM_MAX_BYTES,
      handle: async ({ user, body }) => presentCreatedItem(await createItem(context, user.id, body), apiBasePath),
    }),
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
      method: 'PATCH',
      path: ITEM,
      params: itemParams,
      headers: ifMatch,
      body: itemPatch,
      maxBodyBytes: ITEM_MAX_BYTES,
      handle: async ({ user, params, headers, body }) => {
        const expected = requireIfMatch(headers['if-match']);
        return presentItem(await changeItem(context, user.id, { id: params.id, patch: body, expected }));
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: ITEM,
      params: itemParams,
      headers: ifMatch,
      handle: async ({ user, params, headers }) => {
        await deleteItem(context, user.id, { id: params.id, expected: parseIfMatch(headers['if-match'] ?? '*') });
        return { status: 204 };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/catalog/categories',
      handle: async ({ user }) => ({ status: 200, body: await listCategories(context, user.id) }),
    }),
  ];
}
