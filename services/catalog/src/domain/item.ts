import { isDeepStrictEqual } from 'node:util';
import type { ServiceError } from '@torii/chassis';
import type { Item, ItemDraft, ItemId, ItemPatch, UserId } from '@torii/contracts';
import { itemNotFound, itemNotOwned, itemWithoutPrice } from './errors.ts';

/** An item as the catalog keeps it is the item clients see: nothing about it is secret from those who may see it. */
export type CatalogItem = Readonly<Item>;

/** The fields people change; everything else of an item follows from who changed what, and when. */
export const ITEM_FIELDS = ['sku', 'name', 'description', 'category', 'price', 'status', 'attributes'] as const;
export type ItemField = (typeof ITEM_FIELDS)[number];
export type ItemContent = Pick<CatalogItem, ItemField>;

/** An item before and after a change that really changes something. */
export interface ItemChange {
  readonly before: CatalogItem;
  readonly after: CatalogItem;
  readonly changedFields: readonly ItemField[];
}

/** The first version of an item. @throws ITEM_WITHOUT_PRICE */
export function decideCreation(draft: ItemDraft, identity: { id: ItemId; ownerId: UserId; now: Date }): CatalogItem {
  assertAllowed(draft);
  const createdAt = identity.now.toISOString();
  return { ...draft, id: identity.id, ownerId: identity.ownerId, version: 1, createdAt, updatedAt: createdAt };
}

/** The next version of an item, or undefined when the patch says what the item says already. @throws ITEM_WITHOUT_PRICE */
export function decideChange(item: CatalogItem, patch: ItemPatch, now: Date): ItemChange | undefined {
  const change = decideContent(item, applyPatch(item, patch), now);
  if (change !== undefined) assertAllowed(change.after);
  return change;
}

/** As `decideChange`, for content that is complete and has been checked. */
export function decideContent(item: CatalogItem, content: ItemContent, now: Date): ItemChange | undefined {
  const changedFields = ITEM_FIELDS.filter((field) => !isDeepStrictEqual(content[field], item[field]));
  if (changedFields.length === 0) return undefined;
  return { before: item, after: { ...item, ...content, version: item.version + 1, updatedAt: now.toISOString() }, changedFields };
}

/** Why the catalog does not take an item that is well formed, or undefined when it does. */
export function findRuleFault(content: ItemContent): ServiceError | undefined {
  return content.status === 'listed' && content.price === null ? itemWithoutPrice(content.sku) : undefined;
}

/** Listed items are everybody's to see; drafts and retired ones are their owner's. */
export function isVisible(item: CatalogItem, viewerId: UserId): boolean {
  return item.status === 'listed' || item.ownerId === viewerId;
}

/** @throws ITEM_NOT_FOUND rather than forbidden when the item must not even be known to exist */
export function assertMayChange(item: CatalogItem, userId: UserId): void {
  if (!isVisible(item, userId)) throw itemNotFound(item.id);
  if (item.ownerId !== userId) throw itemNotOwned(item.id);
}

function assertAllowed(content: ItemContent): void {
  const fault = findRuleFault(content);
  if (fault !== undefined) throw fault;
}

function applyPatch(item: CatalogItem, patch: ItemPatch): ItemContent {
  return {
    sku: patch.sku ?? item.sku,
    name: patch.name ?? item.name,
    description: patch.description === undefined ? item.description : patch.description,
    category: patch.category === undefined ? item.category : patch.category,
    price: patch.price === undefined ? item.price : patch.price,
    status: patch.status ?? item.status,
    attributes: patch.attributes ?? item.attributes,
  };
}
