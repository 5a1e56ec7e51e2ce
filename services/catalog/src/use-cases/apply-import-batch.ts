import { type DataOf, type ImportRow, itemId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { importBatchRaced, ownerDeleted } from '../domain/errors.ts';
import { decideImportBatch, type ImportDecision, rejectImportBatch, skuOf } from '../domain/import-batch.ts';
import { itemChanged, itemCreated } from '../domain/item-events.ts';
import { type BatchAnswer, claimBatch, findAnswer, pruneAnswers, saveAnswer } from '../store/applied-batches.ts';
import { forgetCachedCategories, forgetCachedItems } from '../store/cached-items.ts';
import { isForgotten } from '../store/forgotten-owners.ts';
import { lockItemsBySku } from '../store/read-items.ts';
import { changesSearchText, indexItems } from '../store/search-index.ts';
import { insertItems, isSkuTaken, updateItems } from '../store/write-items.ts';
import type { CatalogContext } from './context.ts';

// A batch is eight statements, however many rows it has, and one transaction with its inbox row: its items, their events and
// the count of what was done commit together. Whatever message brings it again gets the same answer and changes nothing, so
// that rows of hours or days ago do not undo what people did since.

export interface ImportBatch extends DataOf<'catalog.apply-import-batch.v1'> {
  /** Id of the command: the batch as an aggregate. */
  readonly id: string;
}

export async function applyImportBatch(context: CatalogContext, tx: Transaction, batch: ImportBatch): Promise<void> {
  const { database, outbox } = context;
  if (!(await claimBatch(database, tx, batch))) return answerAgain(context, tx, batch);
  await pruneAnswers(database, tx, batch);
  const decision = await decide(context, tx, batch);
  await write(context, tx, decision).catch((error: unknown) => {
    throw isSkuTaken(error) ? importBatchRaced(batch.ownerId, error) : error;
  });
  if (decision.created.length > 0 && (await isForgotten(database, tx, batch.ownerId))) throw importBatchRaced(batch.ownerId);
  const answer = summarize(batch, decision);
  await saveAnswer(database, tx, answer);
  await outbox.publish(tx, [
    // First: somebody watches the progress, and it would wait for the events of 500 items.
    applied(batch, answer),
    ...decision.created.map(itemCreated),
    ...decision.changed.flatMap(itemChanged),
  ]);
  tx.afterCommit(() => forgetCached(context, decision));
}

/** The one who sent it again waits for an answer; who began a later attempt does not. */
async function answerAgain({ database, outbox }: CatalogContext, tx: Transaction, batch: ImportBatch): Promise<void> {
  const answer = await findAnswer(database, tx, batch);
  if (answer !== undefined) await outbox.publish(tx, applied(batch, answer));
}

function applied({ id }: ImportBatch, data: BatchAnswer) {
  return { type: 'catalog.import-batch.applied.v1', aggregateId: id, aggregateVersion: 1, data } as const;
}

async function decide(context: CatalogContext, tx: Transaction, { ownerId, rows }: ImportBatch): Promise<ImportDecision> {
  const { database } = context;
  if (await isForgotten(database, tx, ownerId)) return rejectImportBatch(rows, ownerDeleted(ownerId));
  return decideImportBatch(rows, {
    ownerId,
    now: context.clock.now(),
    createItemId: () => itemId.parse(context.createId()),
    existing: await lockItemsBySku(database, tx, { ownerId, skus: distinctSkus(rows) }),
  });
}

async function write({ database }: CatalogContext, tx: Transaction, { created, changed }: ImportDecision): Promise<void> {
  await insertItems(database, tx, created);
  await updateItems(
    database,
    tx,
    changed.map(({ after }) => after),
  );
  const reworded = changed.filter(({ changedFields }) => changesSearchText(changedFields)).map(({ after }) => after);
  await indexItems(database, tx, [...created, ...reworded]);
}

function summarize(batch: ImportBatch, decision: ImportDecision): BatchAnswer {
  const { jobId, attempt, batchNumber } = batch;
  const { created, changed, unchanged, rejected } = decision;
  return { jobId, attempt, batchNumber, created: created.length, updated: changed.length, unchanged, rejected: [...rejected] };
}

async function forgetCached({ cache }: CatalogContext, { created, changed }: ImportDecision): Promise<void> {
  await forgetCachedItems(
    cache,
    changed.map(({ after }) => after.id),
  );
  await forgetCachedCategories(cache, [...created, ...changed.flatMap(({ before, after }) => [before, after])]);
}

function distinctSkus(rows: readonly ImportRow[]): readonly string[] {
  return [...new Set(rows.map(skuOf))];
}
