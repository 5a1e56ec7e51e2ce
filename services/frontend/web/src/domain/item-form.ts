import type { Item, ItemDraft, ItemPatch, ItemStatus } from '@torii/contracts';
import { findAmountMinor, formatAmount } from './money.ts';

/** One attribute as the form shows it; values that are no text are shown, and read back, as JSON. */
export interface AttributeRow {
  readonly key: string;
  readonly name: string;
  readonly text: string;
  readonly isJson: boolean;
}

export interface ItemForm {
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly status: ItemStatus;
  readonly amount: string;
  readonly currency: string;
  readonly attributes: readonly AttributeRow[];
}

export type ItemFormFault = 'amount' | 'attributeName' | 'attributeTwice';

export const emptyItemForm: ItemForm = {
  sku: '',
  name: '',
  description: '',
  category: '',
  status: 'draft',
  amount: '',
  currency: 'EUR',
  attributes: [],
};

export function presentItemForm(item: Item): ItemForm {
  return {
    sku: item.sku,
    name: item.name,
    description: item.description ?? '',
    category: item.category ?? '',
    status: item.status,
    amount: item.price === null ? '' : formatAmount(item.price),
    currency: item.price?.currency ?? emptyItemForm.currency,
    attributes: Object.entries(item.attributes).map(([name, value]) => ({
      key: name,
      name,
      text: typeof value === 'string' ? value : JSON.stringify(value),
      isJson: typeof value !== 'string',
    })),
  };
}

/** The item the form describes, or what is wrong with the form. */
export function decideDraft(form: ItemForm): { readonly draft: ItemDraft } | { readonly fault: ItemFormFault } {
  const amountMinor = form.amount.trim() === '' ? null : findAmountMinor(form.amount, form.currency);
  if (amountMinor === undefined) return { fault: 'amount' };
  const names = form.attributes.map((row) => row.name.trim());
  if (names.includes('')) return { fault: 'attributeName' };
  if (new Set(names).size < names.length) return { fault: 'attributeTwice' };
  return {
    draft: {
      sku: form.sku.trim(),
      name: form.name.trim(),
      description: form.description === '' ? null : form.description,
      category: form.category.trim() === '' ? null : form.category.trim(),
      status: form.status,
      price: amountMinor === null ? null : { amountMinor, currency: form.currency },
      attributes: Object.fromEntries(form.attributes.map((row) => [row.name.trim(), readValue(row)])),
    },
  };
}

/** Only the fields in which `draft` differs from `item`; undefined when it doesn't. */
export function decidePatch(item: Item, draft: ItemDraft): ItemPatch | undefined {
  const fields = ['sku', 'name', 'description', 'category', 'status', 'price', 'attributes'] as const;
  const changed = fields.filter((field) => toComparable(item[field]) !== toComparable(draft[field]));
  return changed.length === 0 ? undefined : Object.fromEntries(changed.map((field) => [field, draft[field]]));
}

function readValue({ text, isJson }: AttributeRow): ItemDraft['attributes'][string] {
  if (!isJson) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** JSON with sorted names, because the order of attributes means nothing. */
function toComparable(value: unknown): string {
  return JSON.stringify(value, (_name, field: unknown) =>
    typeof field === 'object' && field !== null && !Array.isArray(field)
      ? Object.fromEntries(Object.entries(field).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : field,
  );
}
