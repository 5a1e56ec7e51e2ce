import type { Database } from '@torii/chassis';
import { commandTooOld } from '../domain/errors.ts';
import { beginRebuild } from '../store/copy-rebuild.ts';
import { deleteAllCopies } from '../store/item-copies.ts';

/**
 * Empties the copy for the replay that its sender begins next; exports wait from now on. In transactions of its own: begun
 * again, it finds less to do.
 * @throws COMMAND_TOO_OLD for one that was lying about, such as a redriven dead letter: no replay would follow
 */
export async function emptyCopy(database: Database, command: { readonly id: string; readonly time: string }): Promise<void> {
  if (!(await beginRebuild(database, command))) throw commandTooOld(command.time);
  await deleteAllCopies(database);
}
