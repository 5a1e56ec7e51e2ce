import type { Names } from './names.ts';

/** What is done with notes: use cases and their statements, and what an event of another service leads to. */
export function createWorkFiles(names: Names): Readonly<Record<string, string>> {
  const folder = `services/${names.name}/src`;
  return {
    [`${folder}/events/handlers.ts`]: handlers(names),
    [`${folder}/store/forgotten-owners.ts`]: forgottenOwners(),
    [`${folder}/store/notes.ts`]: notes(names),
    [`${folder}/use-cases/context.ts`]: context(names),
    [`${folder}/use-cases/create-note.ts`]: createNote(names),
    [`${folder}/use-cases/change-note.ts`]: changeNote(names),
    [`${folder}/use-cases/get-note.ts`]: getNote(names),
    [`${folder}/use-cases/forget-owner.ts`]: forgetOwner(names),
  };
}

const handlers = ({ name, pascal }: Names): string => `import type { HandlerContext } from '@torii/chassis';
import type { Handlers } from '@torii/contracts';
import type { ${pascal}Context } from '../use-cases/context.ts';
import { forgetOwner } from '../use-cases/forget-owner.ts';

/**
 * What ${name} does with each message it is sent. The second argument has the transaction that also remembers the message: what a handler writes in
 * it takes effect once, however often the message comes. \`forgetOwner\` needs several, so it can be repeated instead.
 */
export function createHandlers(context: ${pascal}Context): Handlers<'${name}', HandlerContext> {
  return {
    'identity.user.deleted.v1': ({ data }) => forgetOwner(context, data.userId),
  };
}
`;

const forgottenOwners = (): string => `import type { Database } from '@torii/chassis';
import type { UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';

/** Asked once the owner's new row is written, and held: who forgets the owner either waits for that row or is seen here. */
export async function isForgotten(database: Database, tx: Transaction, ownerId: UserId): Promise<boolean> {
  const rows = await database.sequelize.query('SELECT 1 FROM forgotten_owners WHERE owner_id = ?', {
    replacements: [ownerId],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.length > 0;
}

/** From its commit on nothing is accepted from this owner; saying it again changes nothing. */
export async function rememberForgotten(database: Database, ownerId: UserId): Promise<void> {
  await database.sequelize.query('INSERT IGNORE INTO forgotten_owners (owner_id) VALUES (?)', { replacements: [ownerId] });
}
`;

const notes = (names: Names): string => `import { type Database, toSqlInstant } from '@torii/chassis';
import type { ${names.pascal}Note, ${names.pascal}NoteId, UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';

interface NoteRow {
  readonly id: string;
  readonly owner_id: string;
  readonly text: string;
  readonly version: number;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const SELECT = 'SELECT id, owner_id, text, version, created_at, updated_at FROM notes WHERE id = ? AND owner_id = ?';

${noteStatements(names)}
/** What is in the table passed the contract on its way in, so the types are asserted and not checked again. */
function parseNoteRow(row: NoteRow): ${names.pascal}Note {
  return {
    id: row.id as ${names.pascal}NoteId,
    ownerId: row.owner_id as UserId,
    text: row.text,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
`;

const noteStatements = ({
  pascal,
}: Names): string => `export async function insertNote(database: Database, tx: Transaction, note: ${pascal}Note): Promise<void> {
  await database.sequelize.query('INSERT INTO notes (id, owner_id, text, version, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)', {
    replacements: [note.id, note.ownerId, note.text, note.version, toSqlInstant(note.createdAt), toSqlInstant(note.updatedAt)],
    transaction: tx,
  });
}

/** Writes a note that this transaction has locked. */
export async function updateNote(database: Database, tx: Transaction, note: ${pascal}Note): Promise<void> {
  await database.sequelize.query('UPDATE notes SET text = ?, version = ?, updated_at = ? WHERE id = ?', {
    replacements: [note.text, note.version, toSqlInstant(note.updatedAt), note.id],
    transaction: tx,
  });
}

export async function findNote(database: Database, ownerId: UserId, id: ${pascal}NoteId): Promise<${pascal}Note | undefined> {
  const rows = await database.sequelize.query<NoteRow>(SELECT, { replacements: [id, ownerId], type: QueryTypes.SELECT });
  return rows.map(parseNoteRow)[0];
}

/** Holds the note until the transaction ends: whoever comes next sees the version this one leaves. */
export async function lockNote(
  database: Database,
  tx: Transaction,
  key: { readonly ownerId: UserId; readonly id: ${pascal}NoteId },
): Promise<${pascal}Note | undefined> {
  const rows = await database.sequelize.query<NoteRow>(\`\${SELECT} FOR UPDATE\`, {
    replacements: [key.id, key.ownerId],
    type: QueryTypes.SELECT,
    transaction: tx,
  });
  return rows.map(parseNoteRow)[0];
}

/** @returns how many of the owner's notes are gone, \`limit\` at most */
export async function deleteNotes(
  database: Database,
  tx: Transaction,
  key: { readonly ownerId: UserId; readonly limit: number },
): Promise<number> {
  return database.sequelize.query('DELETE FROM notes WHERE owner_id = ? LIMIT ?', {
    replacements: [key.ownerId, key.limit],
    type: QueryTypes.BULKDELETE,
    transaction: tx,
  });
}
`;

const context = ({ name, pascal }: Names): string => `import type { Clock, CreateId, Database, Outbox } from '@torii/chassis';

/** What every use case of ${name} works with. */
export interface ${pascal}Context {
  readonly database: Database;
  readonly outbox: Outbox<'${name}'>;
  readonly clock: Clock;
  readonly createId: CreateId;
}
`;

const createNote = ({
  name,
  camel,
  pascal,
}: Names): string => `import { type ${pascal}Note, type ${pascal}NoteDraft, ${camel}NoteId, type UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { ownerDeleted } from '../domain/errors.ts';
import { isForgotten } from '../store/forgotten-owners.ts';
import { insertNote } from '../store/notes.ts';
import type { ${pascal}Context } from './context.ts';

// The note and its event commit together or not at all.

/** @throws OWNER_DELETED */
export async function createNote(
  context: ${pascal}Context,
  tx: Transaction,
  { ownerId, draft }: { readonly ownerId: UserId; readonly draft: ${pascal}NoteDraft },
): Promise<${pascal}Note> {
  const { database, outbox } = context;
  const now = context.clock.now().toISOString();
  const note = { id: ${camel}NoteId.parse(context.createId()), ownerId, text: draft.text, version: 1, createdAt: now, updatedAt: now };
  await insertNote(database, tx, note);
  if (await isForgotten(database, tx, ownerId)) throw ownerDeleted(ownerId);
  await outbox.publish(tx, {
    type: '${name}.note.created.v1',
    aggregateId: note.id,
    aggregateVersion: note.version,
    data: { noteId: note.id, ownerId, version: note.version, createdAt: now },
  });
  return note;
}
`;

const changeNote = ({
  name,
  capitals,
  pascal,
}: Names): string => `import type { ${pascal}Note, ${pascal}NoteId, ${pascal}NotePatch, UserId } from '@torii/contracts';
import type { Transaction } from 'sequelize';
import { noteNotFound } from '../domain/errors.ts';
import { assertExpected, type ExpectedVersion } from '../domain/precondition.ts';
import { lockNote, updateNote } from '../store/notes.ts';
import type { ${pascal}Context } from './context.ts';

// Of two changes based on the same version one wins: the row is held from the comparison to the commit. A change that
// changes nothing keeps the version and publishes nothing.

export interface ChangeNote {
  readonly ownerId: UserId;
  readonly id: ${pascal}NoteId;
  readonly patch: ${pascal}NotePatch;
  readonly expected: ExpectedVersion;
}

/** @throws ${capitals}_NOTE_NOT_FOUND, ${capitals}_NOTE_VERSION_STALE */
export async function changeNote(context: ${pascal}Context, tx: Transaction, change: ChangeNote): Promise<${pascal}Note> {
  const { database, outbox, clock } = context;
  const note = await lockNote(database, tx, change);
  if (note === undefined) throw noteNotFound(change.id);
  assertExpected(note, change.expected);
  const { text = note.text } = change.patch;
  if (text === note.text) return note;
  const changed = { ...note, text, version: note.version + 1, updatedAt: clock.now().toISOString() };
  await updateNote(database, tx, changed);
  await outbox.publish(tx, {
    type: '${name}.note.changed.v1',
    aggregateId: changed.id,
    aggregateVersion: changed.version,
    data: { noteId: changed.id, ownerId: changed.ownerId, version: changed.version, updatedAt: changed.updatedAt },
  });
  return changed;
}
`;

const getNote = ({ capitals, pascal }: Names): string => `import type { ${pascal}Note, ${pascal}NoteId, UserId } from '@torii/contracts';
import { noteNotFound } from '../domain/errors.ts';
import { findNote } from '../store/notes.ts';
import type { ${pascal}Context } from './context.ts';

/** @throws ${capitals}_NOTE_NOT_FOUND also for somebody else's note */
export async function getNote({ database }: ${pascal}Context, ownerId: UserId, id: ${pascal}NoteId): Promise<${pascal}Note> {
  const note = await findNote(database, ownerId, id);
  if (note === undefined) throw noteNotFound(id);
  return note;
}
`;

const forgetOwner = ({ pascal }: Names): string => `import type { UserId } from '@torii/contracts';
import { rememberForgotten } from '../store/forgotten-owners.ts';
import { deleteNotes } from '../store/notes.ts';
import type { ${pascal}Context } from './context.ts';

// First nothing can be added for the person any more, then what there is goes, a batch a transaction. Killed halfway it
// begins again and finds less to do.

/** Locks are held for this many notes at a time. */
const BATCH_SIZE = 500;

export async function forgetOwner({ database }: ${pascal}Context, ownerId: UserId): Promise<void> {
  await rememberForgotten(database, ownerId);
  let deleted: number;
  do {
    deleted = await database.transaction((tx) => deleteNotes(database, tx, { ownerId, limit: BATCH_SIZE }));
  } while (deleted === BATCH_SIZE);
}
`;
