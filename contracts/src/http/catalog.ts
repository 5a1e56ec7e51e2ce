import { z } from 'zod';
import { attributes, itemId, itemStatus, normalizeSku, plainText, price, userId } from '../values.ts';

const ATTRIBUTES_MAX_BYTES = 16 * 1024;
const sku = plainText.overwrite(normalizeSku).min(1).max(64);
const name = plainText.trim().min(1).max(300);
const description = plainText.max(10_000).nullable();
const category = plainText.trim().min(1).max(100).nullable();
const boundedAttributes = attributes.refine(
  (value) => new TextEncoder().encode(JSON.stringify(value)).length <= ATTRIBUTES_MAX_BYTES,
  'must take at most 16 KiB as JSON',
);

/** An item as clients see it. `sku` is unique per owner; `version` is the ETag. */
export const item = z.object({
  id: itemId,
  sku,
  name,
  description,
  category,
  price: price.nullable(),
  status: itemStatus,
  attributes,
  ownerId: userId,
  version: z.number().int().positive(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Item = z.infer<typeof item>;

/** `POST /catalog/items`. */
export const itemDraft = z.strictObject({
  sku,
  name,
  description: description.default(null),
  category: category.default(null),
  price: price.nullable().default(null),
  status: itemStatus.default('draft'),
  attributes: boundedAttributes.default({}),
});
export type ItemDraft = z.infer<typeof itemDraft>;

/** `PATCH /catalog/items/:id`: a field that is absent stays; `attributes` is replaced whole. */
export const itemPatch = z
  .strictObject({
    sku: sku.optional(),
    name: name.optional(),
    description: description.optional(),
    category: category.optional(),
    price: price.nullable().optional(),
    status: itemStatus.optional(),
    attributes: boundedAttributes.optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'at least one field to change');
export type ItemPatch = z.infer<typeof itemPatch>;

/** `GET /catalog/items`: listed items and the caller's own, newest first. `q` finds substrings in any case and script. */
export const itemQuery = z.strictObject({
  q: z.string().trim().max(200).optional(),
  category: z.string().max(100).optional(),
  status: itemStatus.optional(),
  owner: z.literal('me').optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z.string().max(500).optional(),
});
export type ItemQuery = z.infer<typeof itemQuery>;

export const itemPage = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
export type ItemPage = z.infer<typeof itemPage>;

/** `GET /catalog/categories`: categories of the items the caller can see, most items first. */
export const categoryFacets = z.object({
  categories: z.array(z.object({ name: z.string(), count: z.number().int().positive() })),
});
export type CategoryFacets = z.infer<typeof categoryFacets>;
