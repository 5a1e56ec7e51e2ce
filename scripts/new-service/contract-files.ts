import type { Names } from './names.ts';

/** The part of contracts that is the service's own: what it is asked over HTTP, and the events that it publishes. */
export function createContractFiles(names: Names): Readonly<Record<string, string>> {
  const { name } = names;
  return {
    [`contracts/src/http/${name}.ts`]: httpSchemas(names),
    [`contracts/src/events/${name}-note-created-v1.ts`]: event(names, 'created'),
    [`contracts/src/events/${name}-note-changed-v1.ts`]: event(names, 'changed'),
    [`contracts/released/${name}.note.created.v1/examples/created.json`]: example(names, 'created'),
    [`contracts/released/${name}.note.changed.v1/examples/changed.json`]: example(names, 'changed'),
  };
}

const httpSchemas = ({ name, camel, pascal }: Names): string => `import { z } from 'zod';
import { plainText, userId } from '../values.ts';

export const ${camel}NoteId = z.uuid().brand<'${pascal}NoteId'>();
export type ${pascal}NoteId = z.infer<typeof ${camel}NoteId>;

/** A note as its owner sees it. */
export const ${camel}Note = z.object({
  id: ${camel}NoteId,
  ownerId: userId,
  text: plainText,
  /** 1, and one more with every change. */
  version: z.int().positive(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type ${pascal}Note = z.infer<typeof ${camel}Note>;

/** \`POST /${name}/notes\`. */
export const ${camel}NoteDraft = z.strictObject({ text: plainText.trim().min(1).max(1000) });
export type ${pascal}NoteDraft = z.infer<typeof ${camel}NoteDraft>;

/** \`PATCH /${name}/notes/:id\`: what is absent stays. */
export const ${camel}NotePatch = ${camel}NoteDraft.partial();
export type ${pascal}NotePatch = z.infer<typeof ${camel}NotePatch>;
`;

type Fact = 'created' | 'changed';

const FACTS: Readonly<Record<Fact, { readonly suffix: string; readonly at: string; readonly meaning: string; readonly version: number }>> =
  {
    created: {
      suffix: 'Created',
      at: 'createdAt',
      meaning: 'Somebody wrote a note. Its text stays where it is: whoever needs it asks for it.',
      version: 1,
    },
    changed: {
      suffix: 'Changed',
      at: 'updatedAt',
      meaning: 'The owner of a note changed it. What it says now is asked for, as after its creation.',
      version: 2,
    },
  };

const event = ({ name, camel }: Names, fact: Fact): string => `import { z } from 'zod';
import { ${camel}NoteId } from '../http/${name}.ts';
import { userId } from '../values.ts';

export const ${camel}Note${FACTS[fact].suffix}V1 = z
  .object({ noteId: ${camel}NoteId, ownerId: userId, version: z.int().positive(), ${FACTS[fact].at}: z.iso.datetime() })
  .describe('${FACTS[fact].meaning}');
`;

/** The golden example that every released event has. */
const example = ({ name }: Names, fact: Fact): string => {
  const [noteId, ownerId] = ['01968a1c-9c00-7000-8000-000000000001', 'e4985428-2001-70ae-d9be-1b4d8f0ab0d1'];
  const time = '2026-05-01T10:00:00.000Z';
  const { at, version } = FACTS[fact];
  const message = {
    specversion: '1.0',
    id: `01968a1c-9c00-7000-8000-0000000000f${version}`,
    source: `/torii/${name}`,
    type: `${name}.note.${fact}.v1`,
    subject: noteId,
    time,
    datacontenttype: 'application/json',
    data: { noteId, ownerId, version, [at]: time },
    aggregateversion: version,
  };
  return `${JSON.stringify(message, null, 2)}\n`;
};
