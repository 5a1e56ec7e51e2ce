import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ServiceError } from '../errors/service-error.ts';

/**
 * Reads a JSON body. What is too large is refused as soon as that is known, unread.
 * @throws CONTENT_TYPE_UNSUPPORTED, BODY_TOO_LARGE, BODY_NOT_JSON, BODY_INCOMPLETE
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  assertJson(request);
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const bytes = await readBytes(request, maxBytes);
  // Otherwise what is not UTF-8 would be replaced, and kept so, without a word.
  if (!isUtf8(bytes)) throw notJson('not UTF-8');
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's own message quotes the body, which may hold personal data.
    throw notJson(text.trim() === '' ? 'empty' : 'not valid JSON');
  }
}

function notJson(what: string): ServiceError {
  return new ServiceError({ code: 'BODY_NOT_JSON', kind: 'invalid', message: `The request cannot be read: its body is ${what}.` });
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(chunk as Uint8Array);
      length += bytes.length;
      if (length > maxBytes) throw tooLarge(maxBytes);
      chunks.push(bytes);
    }
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw new ServiceError({
      code: 'BODY_INCOMPLETE',
      kind: 'invalid',
      message: 'The request cannot be read: its body ended early.',
      cause: error,
    });
  }
  return Buffer.concat(chunks, length);
}

function assertJson(request: IncomingMessage): void {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const isJson = type === 'application/json' || (type.startsWith('application/') && type.endsWith('+json'));
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (isJson && encoding === 'identity') return;
  throw new ServiceError({
    code: 'CONTENT_TYPE_UNSUPPORTED',
    kind: 'invalid',
    message: `The request cannot be read: its body must be application/json${isJson ? ' without compression' : ''}.`,
  });
}

function tooLarge(maxBytes: number): ServiceError {
  return new ServiceError({
    code: 'BODY_TOO_LARGE',
    kind: 'too-large',
    message: `The request cannot be accepted: its body is larger than ${maxBytes} bytes.`,
  });
}
