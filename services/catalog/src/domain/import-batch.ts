import { itemDraft, type ImportRow, type ItemDraft, type ItemId, normalizeSku, type Reason, type UserId } from '@torii/contracts';
import { type CatalogItem, decideContent, decideCreation, findRuleFault, type ItemChange, type ItemContent } from './item.ts';

export interface RejectedRow extends Reason {
  readonly rowNumber: number;
}

/** What a batch does; the four parts together are its rows. */
export interface ImportDecision {
  readonly created: readonly CatalogItem[];
  readonly changed: readonly ItemChange[];
  readonly unchanged: number;
  readonly rejected: readonly RejectedRow[];
}

export interface ImportContext {
  readonly ownerId: UserId;
  readonly now: Date;
  readonly createItemId: () => ItemId;
  /** The owner's items that have a sku of the batch. */
  readonly existing: ReadonlyMap<string, CatalogItem>;
}

/** 500 reasons of this length, in ASCII, fit into a message; longer ones make it travel by claim check. */
const REASON_MAX_LENGTH = 300;

/** New rows start as an item made by hand does. */
const NEW_ITEM: Omit<ItemContent, 'sku' | 'name'> = { description: null, category: null, price: null, status: 'draft', attributes: {} };

/** The sku by which a row finds its item. */
export function skuOf(row: ImportRow): string {
  return normalizeSku(row.sku);
}

/** Takes each row for itself: a row that cannot be taken says why and holds up no other. */
export function decideImportBatch(rows: readonly ImportRow[], context: ImportContext): ImportDecision {
  const created: CatalogItem[] = [];
  const changed: ItemChange[] = [];
  const rejected: RejectedRow[] = [];
  const seen = new Set<string>();
  for (const row of rows) {
    const outcome = seen.has(skuOf(row)) ? repeatedSku(row) : decideRow(row, context);
    seen.add(skuOf(row));
    if (outcome === 'unchanged') continue;
    if ('code' in outcome) rejected.push({ rowNumber: row.rowNumber, ...outcome });
    else if ('before' in outcome) changed.push(outcome);
    else created.push(outcome);
  }
  return { created, changed, unchanged: rows.length - created.length - changed.length - rejected.length, rejected };
}

/** Refuses the whole batch for one reason. */
export function rejectImportBatch(rows: readonly ImportRow[], reason: Reason): ImportDecision {
  const rejected = rows.map(({ rowNumber }) => ({ rowNumber, code: reason.code, message: reason.message }));
  return { created: [], changed: [], unchanged: 0, rejected };
}

function decideRow(row: ImportRow, context: ImportContext): CatalogItem | ItemChange | 'unchanged' | Reason {
  const item = context.existing.get(skuOf(row));
  const parsed = itemDraft.safeParse(mergeRow(item ?? NEW_ITEM, row));
  if (!parsed.success) return invalidRow(row, parsed.error.issues);
  const content: ItemDraft = parsed.data;
  const fault = findRuleFault(content);
  if (fault !== undefined) return { code: fault.code, message: fault.message };
  if (item !== undefined) return decideContent(item, content, context.now) ?? 'unchanged';
  return decideCreation(content, { id: context.createItemId(), ownerId: context.ownerId, now: context.now });
}

/** A field the row lacks stays as it is, and so does an attribute it lacks: a file need not have every column. */
function mergeRow(current: Omit<ItemContent, 'sku' | 'name'>, row: ImportRow): ItemContent {
  return {
    sku: row.sku,
    name: row.name,
    description: row.description ?? current.description,
    category: row.category ?? current.category,
    price: row.price ?? current.price,
    status: row.status ?? current.status,
    attributes: row.attributes === undefined ? current.attributes : { ...current.attributes, ...row.attributes },
  };
}

function repeatedSku(row: ImportRow): Reason {
  return { code: 'SKU_REPEATED', message: `Row ${row.rowNumber} cannot be taken: an earlier row has the sku ${skuOf(row)}.` };
}

function invalidRow(row: ImportRow, issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): Reason {
  const faults = issues.map((issue) => `${issue.path.join('.') || 'row'}: ${issue.message}`).join('; ');
  return { code: 'ITEM_INVALID', message: `Row ${row.rowNumber} cannot be taken: ${faults}.`.slice(0, REASON_MAX_LENGTH) };
}
