import type { Database, HandlerContext } from '@torii/chassis';
import type { DataOf, Handlers } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import type { ItemCopy } from '../domain/item-copy.ts';
import { endRebuild } from '../store/copy-rebuild.ts';
import { type CopyChange, saveCopies } from '../store/item-copies.ts';
import { emptyCopy } from '../use-cases/empty-copy.ts';

/**
 * What keeps the copy of the catalog. What a batch of messages says is one statement, which commits with their inbox rows; the
 * version of each item decides whether it changes anything.
 */
export function createProjectionHandlers(database: Database): Handlers<'jobs-projection', HandlerContext> {
  const batches = new WeakMap<Transaction, CopyChange[]>();
  const save = async (change: CopyChange, { tx, beforeCommit }: HandlerContext): Promise<void> => {
    const batch = batches.get(tx);
    if (batch !== undefined) {
      batch.push(change);
      return;
    }
    const changes = [change];
    batches.set(tx, changes);
    beforeCommit(() => saveCopies(database, tx, changes));
  };
  return {
    'catalog.item.created.v2': ({ data }, context) => save(toCopy(data), context),
    'catalog.item.changed.v2': ({ data }, context) => save(toCopy(data), context),
    'catalog.item.deleted.v1': ({ data }, context) => save({ id: data.itemId, version: data.version }, context),
    'jobs.empty-projection.v1': (command) => emptyCopy(database, command),
    'jobs.projection-rebuilt.v1': ({ data }, { tx }) => endRebuild(database, tx, data.emptiedBy),
  };
}

function toCopy({ itemId: id, ...snapshot }: DataOf<'catalog.item.created.v2'>): ItemCopy {
  return { id, ...snapshot };
}
