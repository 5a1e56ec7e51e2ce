import type { Names } from './names.ts';

/** The example: notes, from the request to their table, and the event that tells of them. */
export function createExampleFiles(names: Names): Readonly<Record<string, string>> {
  const folder = `services/${names.name}`;
  return {
    [`${folder}/migrations/0003-create-notes.ts`]: migration(),
    [`${folder}/src/domain/errors.ts`]: errors(names),
    [`${folder}/src/http/routes.ts`]: routes(names),
    [`${folder}/src/store/notes.ts`]: store(names),
    [`${folder}/src/use-cases/context.ts`]: context(names),
    [`${folder}/src/use-cases/create-note.ts`]: createNote(names),
    [`${folder}/src/use-cases/get-note.ts`]: getNote(names),
  };
}

const migration = (): string => `import type { QueryInterface } from 'sequelize';

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(\`
    CREATE TABLE IF NOT EXISTS notes (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      text VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
      created_at DATETIME(3) NOT NULL
    ) ENGINE = InnoDB\`);
}
`;

const errors = ({ capitals }: Names): string => `import { ServiceError } from '@torii/chassis';

export function noteNotFound(id: string): ServiceError {
  return new ServiceError({
    code: '${capitals}_NOTE_NOT_FOUND',
    kind: 'not-found',
    message: \`Note \${id} cannot be found: there is no such note of yours.\`,
  });
}
`;

const routes = ({ name, camel, pascal }: Names): string => `import { defineRoute, type Route } from '@torii/chassis';
import { ${camel}NoteDraft, ${camel}NoteId } from '@torii/contracts';
import { z } from 'zod';
import type { ${pascal}Context } from '../use-cases/context.ts';
import { createNote } from '../use-cases/create-note.ts';
import { getNote } from '../use-cases/get-note.ts';

/** One short text, with every character of it escaped. */
const NOTE_MAX_BYTES = 16 * 1024;

export function createRoutes(context: ${pascal}Context, apiBasePath: string): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/${name}/notes',
      body: ${camel}NoteDraft,
      maxBodyBytes: NOTE_MAX_BYTES,
      handle: async ({ user, body }) => {
        const note = await createNote(context, user.id, body);
        return { status: 201, headers: { location: \`\${apiBasePath}/${name}/notes/\${note.id}\` }, body: note };
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/${name}/notes/:id',
      params: z.object({ id: ${camel}NoteId }),
      handle: async ({ user, params }) => ({ status: 200, body: await getNote(context, user.id, params.id) }),
    }),
  ];
}
`;

const store = ({ pascal }: Names): string => `import type { Database } from '@torii/chassis';
import type { ${pascal}Note, ${pascal}NoteId, UserId } from '@torii/contracts';
import { QueryTypes, type Transaction } from 'sequelize';

interface NoteRow {
  readonly id: string;
  readonly owner_id: string;
  readonly text: string;
  readonly created_at: Date;
}

export async function insertNote(database: Database, tx: Transaction, note: ${pascal}Note): Promise<void> {
  await database.sequelize.query('INSERT INTO notes (id, owner_id, text, created_at) VALUES (?, ?, ?, ?)', {
    replacements: [note.id, note.ownerId, note.text, toSqlInstant(note.createdAt)],
    transaction: tx,
  });
}

export async function findNote(database: Database, ownerId: UserId, id: ${pascal}NoteId): Promise<${pascal}Note | undefined> {
  const rows = await database.sequelize.query<NoteRow>('SELECT id, owner_id, text, created_at FROM notes WHERE id = ? AND owner_id = ?', {
    replacements: [id, ownerId],
    type: QueryTypes.SELECT,
  });
  return rows.map(parseNoteRow)[0];
}

/** What is in the table passed the contract on its way in, so the types are asserted and not checked again. */
function parseNoteRow(row: NoteRow): ${pascal}Note {
  return { id: row.id as ${pascal}NoteId, ownerId: row.owner_id as UserId, text: row.text, createdAt: row.created_at.toISOString() };
}

/** \`2026-05-01T10:00:00.123Z\` → \`2026-05-01 10:00:00.123\`; Sequelize would drop the milliseconds of a Date. */
function toSqlInstant(iso: string): string {
  return iso.slice(0, 23).replace('T', ' ');
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
import { insertNote } from '../store/notes.ts';
import type { ${pascal}Context } from './context.ts';

// The note and its event commit together or not at all.

export async function createNote(context: ${pascal}Context, ownerId: UserId, draft: ${pascal}NoteDraft): Promise<${pascal}Note> {
  const { database, outbox } = context;
  const note = { id: ${camel}NoteId.parse(context.createId()), ownerId, text: draft.text, createdAt: context.clock.now().toISOString() };
  await database.transaction(async (tx) => {
    await insertNote(database, tx, note);
    await outbox.publish(tx, {
      type: '${name}.note.created.v1',
      aggregateId: note.id,
      aggregateVersion: 1,
      data: { noteId: note.id, ownerId, createdAt: note.createdAt },
    });
  });
  return note;
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
