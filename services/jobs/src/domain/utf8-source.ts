import { TextDecoder } from 'node:util';
import iconv from 'iconv-lite';
import { encodingWrong } from './errors.ts';
import type { FileEncoding } from './file-encoding.ts';
import { createFileOffsets, type FileOffsets } from './file-offsets.ts';

/** A file as UTF-8, which is what the parser reads. */
export interface Utf8Source {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The byte of the file that a byte of the UTF-8 came from. Ask for each record in turn: what lies before is forgotten. */
  toFileOffset(utf8Offset: number): number;
}

/** Decodes a file, and throws ENCODING_WRONG where its bytes are not of that encoding; decoders would replace them silently. */
export function openUtf8Source(chunks: AsyncIterable<Uint8Array>, encoding: FileEncoding): Utf8Source {
  if (encoding === 'utf-8') return { bytes: checkUtf8(chunks), toFileOffset: (offset) => offset };
  const offsets = createFileOffsets(encoding);
  return { bytes: decode(chunks, encoding, offsets), toFileOffset: offsets.toFileOffset };
}

async function* checkUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of chunks) {
    decodeOrRefuse(decoder, chunk);
    yield chunk;
  }
  decodeOrRefuse(decoder);
}

function decodeOrRefuse(decoder: TextDecoder, chunk?: Uint8Array): void {
  try {
    if (chunk === undefined) decoder.decode();
    else decoder.decode(chunk, { stream: true });
  } catch {
    throw encodingWrong('UTF-8');
  }
}

async function* decode(
  chunks: AsyncIterable<Uint8Array>,
  encoding: FileEncoding,
  offsets: FileOffsets,
): AsyncGenerator<Uint8Array, void, void> {
  // The parser drops the byte order mark, and counts it.
  const decoder = iconv.getDecoder(encoding, { stripBOM: false });
  const toUtf8 = (text: string, chunk: Uint8Array): Uint8Array => {
    if (text.includes('\uFFFD')) throw encodingWrong(encoding);
    const utf8 = Buffer.from(text);
    offsets.add(chunk, utf8);
    return utf8;
  };
  for await (const chunk of chunks) yield toUtf8(decoder.write(Buffer.from(chunk)), chunk);
  yield toUtf8(decoder.end() ?? '', Buffer.alloc(0));
}
