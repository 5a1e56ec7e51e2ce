import type { Names } from './names.ts';

/** The part of contracts that is the service's own: what it is asked over HTTP, and the event that it publishes. */
export function createContractFiles(names: Names): Readonly<Record<string, string>> {
  return {
    [`contracts/src/http/${names.name}.ts`]: httpSchemas(names),
    [`contracts/src/events/${names.name}-note-created-v1.ts`]: event(names),
    [`contracts/released/${names.name}.note.created.v1/examples/created.json`]: example(names),
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

export const ${camel}NoteCreatedV1 = z
  .object({ noteId: ${camel}NoteId, ownerId: userId, createdAt: z.iso.datetime() })
  .describe('Somebody wrote a note. Its text stays where it is: whoever needs it asks for it.');
`;

/** The golden example that every released event has. */
const example = ({ name }: Names): string => {
  const [noteId, ownerId] = ['01968a1c-9c00-7000-8000-000000000001', 'e4985428-2001-70ae-d9be-1b4d8f0ab0d1'];
  const time = '2026-05-01T10:00:00.000Z';
  const event = {
    specversion: '1.0',
    id: '01968a1c-9c00-7000-8000-0000000000ff',
    source: `/torii/${name}`,
    type: `${name}.note.created.v1`,
    subject: noteId,
    time,
    datacontenttype: 'application/json',
    data: { noteId, ownerId, createdAt: time },
    aggregateversion: 1,
  };
  return `${JSON.stringify(event, null, 2)}\n`;
};
