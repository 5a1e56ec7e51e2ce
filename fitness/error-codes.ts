// Finds the error codes of the source. A code stands as `code: 'UPPER_SNAKE'`, or it is the first argument of a function or class whose
// first parameter is `code: string`.
import { ServiceError, type ErrorKind } from '../chassis/src/errors/service-error.ts';
import { toProblem } from '../chassis/src/http/problem.ts';

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface FoundCode {
  readonly code: string;
  readonly path: string;
  /** As HTTP answers it, where the source says a kind or a status; a row's code has none. */
  readonly status: number | undefined;
}

/** Codes put together at run time, by the template that does so; the scanner refuses any other. */
const COMPOSED: Readonly<Record<string, readonly string[]>> = {
  // readText of the import's rows, by field.
  '${field.toUpperCase()}_TOO_LONG': ['SKU_TOO_LONG', 'NAME_TOO_LONG', 'DESCRIPTION_TOO_LONG', 'CATEGORY_TOO_LONG'],
};

const ERROR_KINDS: ReadonlySet<string> = new Set<ErrorKind>([
  'invalid',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'precondition-failed',
  'precondition-required',
  'too-large',
  'too-many-requests',
  'unavailable',
]);

/** @throws Error for a code that is composed in a way nobody has listed */
export function findCodes(files: readonly SourceFile[]): readonly FoundCode[] {
  const makers = files.flatMap(findMakers);
  return files.flatMap((file) => [...findLiterals(file), ...makers.flatMap((maker) => findCalls(file, maker))]);
}

function findLiterals({ path, text }: SourceFile): readonly FoundCode[] {
  return [...text.matchAll(/\bcode: '([A-Z][A-Z0-9_]*)'(?:,\s*kind: '([a-z-]+)')?/g)].map((match) => {
    const [, code = '', kind] = match;
    const before = text.slice(text.lastIndexOf('{', match.index), match.index);
    const written = /\bstatus: (\d{3})\b/.exec(before)?.[1];
    return { code, path, status: kind === undefined ? (written === undefined ? undefined : Number(written)) : statusOf(code, kind) };
  });
}

interface Maker {
  readonly name: string;
  /** The kind of the errors it makes; none for what becomes a row's reason. */
  readonly kind: string | undefined;
}

/** Functions and classes that are given a code. */
function findMakers({ text }: SourceFile): readonly Maker[] {
  const functions = [...text.matchAll(/\bfunction (\w+)\(code: string[\s\S]*?\n}/g)];
  const classes = [...text.matchAll(/\bclass (\w+) [\s\S]*?\n}/g)].filter(([body]) => /constructor\(code: string/.test(body));
  return [...functions, ...classes].map(([body, name = '']) => ({ name, kind: /\bkind: '([a-z-]+)'/.exec(body)?.[1] }));
}

function findCalls({ path, text }: SourceFile, { name, kind }: Maker): readonly FoundCode[] {
  const calls = text.matchAll(new RegExp(`\\b${name}\\(\\s*(?:'([A-Z][A-Z0-9_]*)'|\`([^\`]+)\`)`, 'g'));
  return [...calls].flatMap(([, literal, template]) => {
    const codes = literal === undefined ? COMPOSED[template ?? ''] : [literal];
    if (codes === undefined)
      throw new Error(`${path} composes an error code, ${template}, whose values fitness/error-codes.ts does not list.`);
    return codes.map((code) => ({ code, path, status: kind === undefined ? undefined : statusOf(code, kind) }));
  });
}

function statusOf(code: string, kind: string): number {
  return toProblem(new ServiceError({ code, kind: parseKind(kind), message: code }), '').status;
}

function parseKind(kind: string): ErrorKind {
  if (!ERROR_KINDS.has(kind)) throw new Error(`'${kind}' is no kind of error.`);
  return kind as ErrorKind;
}
