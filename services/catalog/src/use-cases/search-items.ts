import { encodeCursor, parseCursor } from '@torii/chassis';
import type { ItemPage, ItemQuery, UserId } from '@torii/contracts';
import { z } from 'zod';
import type { CatalogItem } from '../domain/item.ts';
import { decideScopes, type ListingPosition } from '../domain/listing.ts';
import { normalizeSearchText } from '../domain/search-text.ts';
import { findPage } from '../store/page-items.ts';
import { searchItems as searchStore } from '../store/search-items.ts';
import type { CatalogContext } from './context.ts';

/** A cursor is `[createdAt, id]` of a page's last item: items that come or go meanwhile shift nothing. */
const cursorSchema = z.tuple([z.iso.datetime({ precision: 3 }), z.uuid()]);

/** Lists and searches read the replica, where there is one. @throws CURSOR_INVALID */
export async function searchItems({ database }: CatalogContext, viewerId: UserId, query: ItemQuery): Promise<ItemPage> {
  const request = {
    scopes: decideScopes(query, viewerId),
    after: query.cursor === undefined ? undefined : parsePosition(query.cursor),
    // One more than asked for tells whether there is a next page, without counting.
    limit: query.limit + 1,
  };
  const text = normalizeSearchText(query.q ?? '');
  const found = text === '' ? await findPage(database.read, request) : await searchStore(database.read, text, request);
  const items = found.slice(0, query.limit);
  return { items, nextCursor: found.length > query.limit ? toCursor(items.at(-1)) : null };
}

function parsePosition(cursor: string): ListingPosition {
  const [createdAt, id] = parseCursor(cursorSchema, cursor);
  return { createdAt, id };
}

function toCursor(last: CatalogItem | undefined): string | null {
  return last === undefined ? null : encodeCursor([last.createdAt, last.id]);
}
