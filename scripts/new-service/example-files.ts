import type { Names } from './names.ts';

/** The example, notes, as requests meet it: tables, refusals, the version that a change is based on, routes. */
export function createExampleFiles(names: Names): Readonly<Record<string, string>> {
  const folder = `services/${names.name}`;
  return {
    [`${folder}/migrations/0003-create-notes.ts`]: notesMigration(),
    [`${folder}/migrations/0004-create-forgotten-owners.ts`]: forgottenOwnersMigration(),
    [`${folder}/src/domain/errors.ts`]: errors(names),
    [`${folder}/src/domain/precondition.ts`]: precondition(),
    [`${folder}/src/http/notes.ts`]: presentation(names),
    [`${folder}/src/http/routes.ts`]: routes(names),
  };
}

const notesMigration = (): string => `import type { QueryInterface } from 'sequelize';

export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(\`
    CREATE TABLE IF NOT EXISTS notes (
      id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
      owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
      text VARCHAR(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
      version INT UNSIGNED NOT NULL,
      created_at DATETIME(3) NOT NULL,
      updated_at DATETIME(3) NOT NULL,
      KEY notes_owner (owner_id)
    ) ENGINE = InnoDB\`);
}
`;

const forgottenOwnersMigration = (): string => `import type { QueryInterface } from 'sequelize';

// People who left. Their id alone stays, so that a token that outlives its user adds nothing after their notes have been deleted.
export async function up({ context }: { readonly context: QueryInterface }): Promise<void> {
  await context.sequelize.query(\`
    CREATE TABLE IF NOT EXISTS forgotten_owners (
      owner_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
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

export function noteVersionStale(id: string, version: number): ServiceError {
  return new ServiceError({
    code: '${capitals}_NOTE_VERSION_STALE',
    kind: 'precondition-failed',
    message: \`Note \${id} cannot be changed: it is at version \${version} by now. Read it again, then repeat the change.\`,
  });
}

export function ifMatchRequired(): ServiceError {
  return new ServiceError({
    code: 'IF_MATCH_REQUIRED',
    kind: 'precondition-required',
    message: 'The note cannot be changed: the request has no If-Match header with the ETag that the change is based on.',
  });
}

export function ifMatchMalformed(): ServiceError {
  return new ServiceError({
    code: 'IF_MATCH_MALFORMED',
    kind: 'invalid',
    message: 'The If-Match header cannot be read: it must be * or a list of quoted ETags such as "3".',
  });
}

export function ownerDeleted(ownerId: string): ServiceError {
  return new ServiceError({
    code: 'OWNER_DELETED',
    kind: 'forbidden',
    message: \`Nothing can be saved for user \${ownerId}: the account has been deleted.\`,
  });
}
`;

const precondition = (): string => `import { ifMatchMalformed, ifMatchRequired, noteVersionStale } from './errors.ts';

/** Versions that a change may be based on; \`any\` is \`If-Match: *\`. */
export type ExpectedVersion = 'any' | readonly number[];

const ETAG_LIST = /^\\s*(W\\/)?"[^"]*"\\s*(,\\s*(W\\/)?"[^"]*"\\s*)*$/;
const STRONG_VERSION = /(?<!W\\/)"(\\d+)"/g;

/** ETag of a version. */
export function formatETag(version: number): string {
  return \`"\${version}"\`;
}

/**
 * Reads an If-Match header. Weak tags never match (RFC 9110 §13.1.1 asks for strong comparison) and neither do tags that
 * are no version of ours, so both are left out.
 * @throws IF_MATCH_REQUIRED, IF_MATCH_MALFORMED
 */
export function parseIfMatch(header: string | undefined): ExpectedVersion {
  if (header === undefined) throw ifMatchRequired();
  if (header.trim() === '*') return 'any';
  if (!ETAG_LIST.test(header)) throw ifMatchMalformed();
  return [...header.matchAll(STRONG_VERSION)].map((match) => Number(match[1]));
}

/** @throws NOTE_VERSION_STALE of this service */
export function assertExpected(note: { readonly id: string; readonly version: number }, expected: ExpectedVersion): void {
  if (expected !== 'any' && !expected.includes(note.version)) throw noteVersionStale(note.id, note.version);
}
`;

const presentation = ({ name, pascal }: Names): string => `import type { RouteResponse } from '@torii/chassis';
import type { ${pascal}Note } from '@torii/contracts';
import { formatETag } from '../domain/precondition.ts';

export function presentNote(note: ${pascal}Note): RouteResponse {
  return { status: 200, headers: { etag: formatETag(note.version) }, body: note };
}

export function presentCreatedNote(note: ${pascal}Note, apiBasePath: string): RouteResponse {
  const location = \`\${apiBasePath}/${name}/notes/\${note.id}\`;
  return { status: 201, headers: { location, etag: formatETag(note.version) }, body: note };
}
`;

const routes = (
  names: Names,
): string => `import { defineRoute, fingerprintOf, idempotencyKeyHeader, type Route, withIdempotencyKey } from '@torii/chassis';
import { ${names.camel}NoteDraft, ${names.camel}NoteId, ${names.camel}NotePatch } from '@torii/contracts';
import { z } from 'zod';
import { parseIfMatch } from '../domain/precondition.ts';
import { changeNote } from '../use-cases/change-note.ts';
import type { ${names.pascal}Context } from '../use-cases/context.ts';
import { createNote } from '../use-cases/create-note.ts';
import { getNote } from '../use-cases/get-note.ts';
import { presentCreatedNote, presentNote } from './notes.ts';

const NOTE = '/${names.name}/notes/:id';
const noteParams = z.object({ id: ${names.camel}NoteId });
// A client that never saw the answer asks again with the same key, and gets that answer instead of a second note.
const once = z.object({ 'idempotency-key': idempotencyKeyHeader });
const ifMatch = once.extend({ 'if-match': z.string().optional() });
/** One short text, with every character of it escaped. */
const NOTE_MAX_BYTES = 16 * 1024;

${routeTable(names)}`;

const routeTable = ({
  name,
  camel,
  pascal,
}: Names): string => `export function createRoutes(context: ${pascal}Context, apiBasePath: string): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/${name}/notes',
      headers: once,
      body: ${camel}NoteDraft,
      maxBodyBytes: NOTE_MAX_BYTES,
      handle: async ({ user, headers, body }) => {
        const request = { key: headers['idempotency-key'], userId: user.id, fingerprint: fingerprintOf('POST', body) };
        return withIdempotencyKey(context.database, request, async (tx) =>
          presentCreatedNote(await createNote(context, tx, { ownerId: user.id, draft: body }), apiBasePath),
        );
      },
    }),
    defineRoute({
      method: 'GET',
      path: NOTE,
      params: noteParams,
      handle: async ({ user, params }) => presentNote(await getNote(context, user.id, params.id)),
    }),
    defineRoute({
      method: 'PATCH',
      path: NOTE,
      params: noteParams,
      headers: ifMatch,
      body: ${camel}NotePatch,
      maxBodyBytes: NOTE_MAX_BYTES,
      handle: async ({ user, params, headers, body }) => {
        const change = { ownerId: user.id, id: params.id, patch: body, expected: parseIfMatch(headers['if-match']) };
        const request = { key: headers['idempotency-key'], userId: user.id, fingerprint: fingerprintOf('PATCH', change) };
        return withIdempotencyKey(context.database, request, async (tx) => presentNote(await changeNote(context, tx, change)));
      },
    }),
  ];
}
`;
