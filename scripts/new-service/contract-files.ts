import type { Names } from './names.ts';

/** The part of contracts that is the service's own: what it is asked over HTTP, and the event that it publishes. */
export function createContractFiles(names: Names): Readonly<Record<string, string>> {
  return {
    [`contracts/src/http/${names.name}.ts`]: httpSchemas(names),
    [`contracts/src/events/${names.name}-note-created-v1.ts`]: event(names),
  };
}

const httpSchemas = ({ name, camel, pascal }: Names): string => `import { z } from 'zod';
import { plainText, userId } from '../values.ts';

export const ${camel}NoteId = z.uuid().brand<'${pascal}NoteId'>();
export type ${pascal}NoteId = z.infer<typeof ${camel}NoteId>;

/** A note as its owner sees it. */
export const ${camel}Note = z.object({ id: ${camel}NoteId, ownerId: userId, text: plainText, createdAt: z.iso.datetime() });
export type ${pascal}Note = z.infer<typeof ${camel}Note>;

/** \`POST /${name}/notes\`. */
export const ${camel}NoteDraft = z.strictObject({ text: plainText.trim().min(1).max(1000) });
export type ${pascal}NoteDraft = z.infer<typeof ${camel}NoteDraft>;
`;

const event = ({ name, camel }: Names): string => `import { z } from 'zod';
import { ${camel}NoteId } from '../http/${name}.ts';
import { userId } from '../values.ts';

/** Somebody wrote a note. Its text stays where it is: whoever needs it asks for it. */
export const ${camel}NoteCreatedV1 = z.object({ noteId: ${camel}NoteId, ownerId: userId, createdAt: z.iso.datetime() });
`;
