import type { CategoryFacets, Item, ItemDraft, ItemPage, ItemPatch } from '@torii/contracts';
import { type Answer, call, toQuery } from './call.ts';

export interface ItemFilter {
  readonly q: string;
  readonly category: string;
  readonly status: string;
  readonly mine: boolean;
}

/** Fills three rows of the widest grid. */
const PAGE_SIZE = '24';

export const itemsKey = ['items'] as const;
export const itemKey = (id: string) => ['item', id] as const;
export const categoriesKey = ['categories'] as const;

export async function searchItems(filter: ItemFilter, cursor: string | null, signal: AbortSignal): Promise<ItemPage> {
  const query = toQuery({
    q: filter.q,
    category: filter.category,
    status: filter.status,
    owner: filter.mine ? 'me' : undefined,
    limit: PAGE_SIZE,
    cursor: cursor ?? undefined,
  });
  const { body } = await call<ItemPage>(`/api/catalog/items${query}`, { signal });
  return body;
}

export async function getCategories(signal: AbortSignal): Promise<CategoryFacets['categories']> {
  const { body } = await call<CategoryFacets>('/api/catalog/categories', { signal });
  return body.categories;
}

export async function getItem(id: string, signal: AbortSignal): Promise<Answer<Item>> {
  return call<Item>(`/api/catalog/items/${encodeURIComponent(id)}`, { signal });
}

/** The same `idempotencyKey` again answers with the first item instead of `SKU_TAKEN`. */
export async function createItem(draft: ItemDraft, idempotencyKey: string): Promise<Item> {
  const headers = { 'idempotency-key': idempotencyKey };
  const { body } = await call<Item>('/api/catalog/items', { method: 'POST', body: draft, headers });
  return body;
}

/** `etag` is the version the change was made from; a newer one on the server refuses it with 412. */
export async function changeItem(id: string, patch: ItemPatch, etag: string): Promise<Answer<Item>> {
  return call<Item>(`/api/catalog/items/${encodeURIComponent(id)}`, { method: 'PATCH', body: patch, headers: { 'if-match': etag } });
}

export async function deleteItem(id: string, etag: string): Promise<void> {
  await call(`/api/catalog/items/${encodeURIComponent(id)}`, { method: 'DELETE', headers: { 'if-match': etag } });
}
