import type { ItemQuery, ItemStatus, UserId } from '@torii/contracts';

/**
 * A set of items that one index holds in the order of the list. Every list is a merge of disjoint scopes, so that no list
 * sorts or skips rows, however many there are.
 */
export interface ListingScope {
  readonly status: ItemStatus;
  /** Undefined: items of every owner. */
  readonly ownerId?: UserId;
  /** Undefined: items of every category and of none. */
  readonly category?: string;
}

/** Where a page begins: below this item, newest first, ties by id. */
export interface ListingPosition {
  /** ISO 8601 with milliseconds, which is how items carry it. */
  readonly createdAt: string;
  readonly id: string;
}

const UNLISTED: readonly ItemStatus[] = ['draft', 'retired'];

/** What the viewer may see of what the query asks for: listed items of everybody, drafts and retired ones of their own. */
export function decideScopes(query: Pick<ItemQuery, 'owner' | 'status' | 'category'>, viewerId: UserId): readonly ListingScope[] {
  const listed: ListingScope = query.owner === 'me' ? { status: 'listed', ownerId: viewerId } : { status: 'listed' };
  const own = UNLISTED.map((status): ListingScope => ({ status, ownerId: viewerId }));
  // A form sends an empty field for "every category".
  const category = query.category === '' ? undefined : query.category;
  return [listed, ...own]
    .filter((scope) => query.status === undefined || scope.status === query.status)
    .map((scope) => (category === undefined ? scope : { ...scope, category }));
}
