import { describe, expect, it } from '@jest/globals';
import type { Item } from '@torii/contracts';
import { decideDraft, decidePatch, emptyItemForm, presentItemForm } from './item-form.ts';

const item: Item =
  JSON.parse(`{ "id": "7b0c9f5e-4f0a-4f6a-9c1e-111111111111", "sku": "A-1", "name": "Lamp", "description": null, "category": "Home",
  "price": { "amountMinor": 1250, "currency": "EUR" }, "status": "listed", "attributes": { "authors": "A", "pages": 12 },
  "ownerId": "7b0c9f5e-4f0a-4f6a-9c1e-222222222222", "version": 3, "createdAt": "2026-01-01T00:00:00Z", "updatedAt": "2026-01-01T00:00:00Z" }`);

function draftOf(form: Parameters<typeof decideDraft>[0]) {
  const decision = decideDraft(form);
  if ('fault' in decision) throw new Error(decision.fault);
  return decision.draft;
}

describe('decidePatch', () => {
  it('finds no change in a form that was only opened', () => {
    expect(decidePatch(item, draftOf(presentItemForm(item)))).toBeUndefined();
  });

  it('holds just the fields that changed', () => {
    const form = { ...presentItemForm(item), name: 'Lantern', amount: '' };
    expect(decidePatch(item, draftOf(form))).toEqual({ name: 'Lantern', price: null });
  });
});

describe('decideDraft', () => {
  it('keeps the type of an attribute that is no text', () => {
    expect(draftOf(presentItemForm(item)).attributes).toEqual({ authors: 'A', pages: 12 });
  });

  it('refuses an amount the currency cannot have', () => {
    expect(decideDraft({ ...emptyItemForm, amount: '1.5', currency: 'JPY' })).toEqual({ fault: 'amount' });
  });

  it('refuses two attributes of one name', () => {
    const row = { key: '1', name: 'size', text: 'L', isJson: false };
    expect(decideDraft({ ...emptyItemForm, attributes: [row, { ...row, key: '2' }] })).toEqual({ fault: 'attributeTwice' });
  });
});
