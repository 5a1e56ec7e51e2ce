import { TextDecoder } from 'node:util';
import iconv from 'iconv-lite';
import { encodingWrong } from './errors.ts';
import type { FileEncoding } from './file-encoding.ts';

/** A file as UTF-8, which is what the parser reads. */
export interface Utf8Source {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The byte of the file that a byte of the UTF-8 came from. Ask in ascending order: what lies before is forgotten. */
  toFileOffset(utf8Offset: number): number;
}

/** A stretch of the file, decoded. */
interface Piece {
  readonly utf8: Buffer;
  readonly utf8Start: number;
  readonly fileStart: number;
}

/** Decodes a file, and throws ENCODING_WRONG where its bytes are not of that encoding; decoders would replace them silently. */
export function openUtf8Source(chunks: AsyncIterable<Uint8Array>, encoding: FileEncoding): Utf8Source {
  if (encoding === 'utf-8') return { bytes: checkUtf8(chunks), toFileOffset: (offset) => offset };
  const pieces: Piece[] = [];
  return {
    bytes: decode(chunks, encoding, pieces),
    toFileOffset: (offset) => {
      while (pieces[1] !== undefined && pieces[1].utf8Start <= offset) pieces.shift();
      const [piece] = pieces;
      if (piece === undefined) return 0;
      // The encodings we know write a character in as many bytes as it was read from.
      return piece.fileStart + iconv.encode(piece.utf8.toString('utf8', 0, offset - piece.utf8Start), encoding).length;
    },
  };
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

async function* decode(chunks: AsyncIterable<Uint8Array>, encoding: FileEncoding, pieces: Piece[]): AsyncGenerator<Uint8Array, void, void> {
  // The parser drops the byte order mark, and counts it.
  const decoder = iconv.getDecoder(encoding, { stripBOM: false });
  let utf8Start = 0;
  let fileStart = 0;
  const toPiece = (text: string): Buffer => {
    if (text.includes('\uFFFD')) throw encodingWrong(encoding);
    const utf8 = Buffer.from(text);
    pieces.push({ utf8, utf8Start, fileStart });
    utf8Start += utf8.length;
    fileStart += iconv.encode(text, encoding).length;
    return utf8;
  };
  for await (const chunk of chunks) yield toPiece(decoder.write(Buffer.from(chunk)));
  yield toPiece(decoder.end() ?? '');
}
