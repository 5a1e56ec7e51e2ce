// Golden examples are read as their consumers read them: envelope, data, upcast.
import { envelope, findSchema, upcast } from '@torii/contracts';
import { isDeepStrictEqual } from 'node:util';
import type { Example } from './baseline.ts';

/**
 * Why the code as it is now cannot read the example; undefined when it can.
 * @param writers who writes such messages; nobody known: anybody may have
 */
export function findExampleFault({ name, text }: Pick<Example, 'name' | 'text'>, writers: readonly string[] = []): string | undefined {
  const parsed = envelope.safeParse(JSON.parse(text));
  if (!parsed.success) return describe('is no envelope', parsed.error.issues);
  const { type, source, data } = parsed.data;
  if (type !== name) return `is of type ${type}`;
  const sources = writers.map((writer) => `/torii/${writer === 'EventBridge' ? 'schedule' : writer}`);
  if (sources.length > 0 && !sources.includes(source)) return `comes from ${source}; its source is ${sources.join(' or ')}`;
  const read = findSchema(type)?.safeParse(data);
  if (read === undefined) return 'is of a type that no contract knows';
  if (!read.success) return describe('does not fit its schema', read.error.issues);
  // What parsing changes or drops, another reader sees otherwise.
  if (!isDeepStrictEqual(read.data, data)) return 'is not what it was once it has been parsed';
  return findUpcastFault({ ...parsed.data, data: read.data });
}

function findUpcastFault(message: Parameters<typeof upcast>[0]): string | undefined {
  const current = upcast(message);
  const fits = findSchema(current.type)?.safeParse(current.data);
  return fits?.success === false ? describe(`does not fit ${current.type} once it is upcast`, fits.error.issues) : undefined;
}

function describe(what: string, issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]): string {
  const [first] = issues;
  return first === undefined ? what : `${what}: ${first.path.map(String).join('.') || '(data)'}: ${first.message}`;
}
