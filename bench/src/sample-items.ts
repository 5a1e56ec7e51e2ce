import { itemDraft, itemId, type ItemDraft, userId, type UserId } from '@torii/contracts';
import type { CatalogItem } from '@torii/catalog/src/domain/item.ts';
import { createUuid } from '@torii/chassis';

// Items as shops have them: a short name, a sentence or two, a category, a price and a few attributes.

const CATEGORIES = ['Books', 'Garden', 'Kitchen', 'Music', 'Office', 'Toys', 'Travel'] as const;
const ADJECTIVES = ['amber', 'brisk', 'calm', 'dusty', 'eager', 'faded', 'gentle', 'hollow', 'ivory', 'jolly', 'keen'] as const;
const NOUNS = ['lantern', 'notebook', 'teapot', 'compass', 'blanket', 'violin', 'basket', 'ladder', 'mirror', 'kettle', 'saddle'] as const;

export function createUserId(): UserId {
  return userId.parse(crypto.randomUUID());
}

/** The same index gives the same draft. */
export function createDraft(index: number): ItemDraft {
  const [adjective, noun, other] = [pick(ADJECTIVES, index), pick(NOUNS, index * 7 + 3), pick(NOUNS, index * 5 + 1)];
  return itemDraft.parse({
    sku: `SKU-${String(index).padStart(8, '0')}`,
    name: `The ${adjective} ${noun} no. ${index}`,
    description: `A ${adjective} ${noun} that goes well with every ${other}. Made to last, shipped within two days of the order.`,
    category: pick(CATEGORIES, index),
    price: { amountMinor: 500 + ((index * 37) % 9500), currency: 'EUR' },
    status: 'listed',
    attributes: { brand: `${pick(ADJECTIVES, index + 4)} works`, year: String(1990 + (index % 35)) },
  });
}

export function createItem(index: number, ownerId: UserId): CatalogItem {
  const createdAt = new Date().toISOString();
  return { ...createDraft(index), id: itemId.parse(createUuid()), ownerId, version: 1, createdAt, updatedAt: createdAt };
}

export function createItems(count: number, ownerId: UserId): readonly CatalogItem[] {
  return Array.from({ length: count }, (_item, index) => createItem(index, ownerId));
}

function pick<T>(values: readonly [T, ...T[]], index: number): T {
  return values[index % values.length] ?? values[0];
}
