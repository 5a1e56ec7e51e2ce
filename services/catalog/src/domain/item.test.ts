import { describe, expect, it } from '@jest/globals';
import { itemDraft, itemId, userId } from '@torii/contracts';
import { assertMayChange, type CatalogItem, decideChange, decideCreation, isVisible } from './item.ts';

const OWNER = userId.parse('0193a7d0-0000-7000-8000-000000000001');
const STRANGER = userId.parse('0193a7d0-0000-7000-8000-000000000002');
const ID = itemId.parse('0193a7d0-0000-7000-8000-000000000003');
const NOW = new Date('2026-05-01T10:00:00.123Z');
const LATER = new Date('2026-05-01T11:00:00.000Z');

function createTestItem(fields: object = {}): CatalogItem {
  return decideCreation(itemDraft.parse({ sku: 'A-1', name: 'Lamp', ...fields }), { id: ID, ownerId: OWNER, now: NOW });
}

describe('decideCreation', () => {
  it('begins with version 1 as a draft', () => {
    expect(createTestItem()).toMatchObject({ version: 1, status: 'draft', createdAt: '2026-05-01T10:00:00.123Z', price: null });
  });

  it('does not list an item without price', () => {
    expect(() => createTestItem({ status: 'listed' })).toThrow(
      expect.objectContaining({ code: 'ITEM_WITHOUT_PRICE', message: 'Item A-1 cannot be listed: it has no price.' }),
    );
  });
});

describe('decideChange', () => {
  it('names the fields that differ and counts the version up', () => {
    const change = decideChange(createTestItem(), { name: 'Desk lamp', sku: 'A-1', category: 'Light' }, LATER);
    expect(change?.changedFields).toEqual(['name', 'category']);
    expect(change?.after).toMatchObject({ name: 'Desk lamp', version: 2, updatedAt: LATER.toISOString(), createdAt: NOW.toISOString() });
  });

  it('is no change when every field says what it said', () => {
    const item = createTestItem({ attributes: { a: 1, b: [2] } });
    expect(decideChange(item, { name: 'Lamp', attributes: { b: [2], a: 1 } }, LATER)).toBeUndefined();
  });

  it('clears a field that is null', () => {
    const item = createTestItem({ description: 'Bright' });
    expect(decideChange(item, { description: null }, LATER)?.after.description).toBeNull();
  });

  it('does not take the price from a listed item', () => {
    const item = createTestItem({ status: 'listed', price: { amountMinor: 100, currency: 'EUR' } });
    expect(() => decideChange(item, { price: null }, LATER)).toThrow(expect.objectContaining({ code: 'ITEM_WITHOUT_PRICE' }));
  });
});

describe('who sees and changes an item', () => {
  const listed = createTestItem({ status: 'listed', price: { amountMinor: 100, currency: 'EUR' } });

  it('shows listed items to everybody, and others to their owner', () => {
    expect(isVisible(listed, STRANGER)).toBe(true);
    expect(isVisible(createTestItem(), STRANGER)).toBe(false);
    expect(isVisible(createTestItem({ status: 'retired' }), OWNER)).toBe(true);
  });

  it('forbids strangers to change what they see, and hides the rest', () => {
    expect(() => assertMayChange(listed, STRANGER)).toThrow(expect.objectContaining({ code: 'ITEM_NOT_OWNED' }));
    expect(() => assertMayChange(createTestItem(), STRANGER)).toThrow(expect.objectContaining({ code: 'ITEM_NOT_FOUND' }));
    expect(() => assertMayChange(listed, OWNER)).not.toThrow();
  });
});
