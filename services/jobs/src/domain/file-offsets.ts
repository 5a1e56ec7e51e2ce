import iconv from 'iconv-lite';
import type { FileEncoding } from './file-encoding.ts';

// Decoders do not tell which byte of the file a character came from, and to encode it again may take another number of
// bytes: EUC-JP has two ways to write ～, Shift_JIS has none back for users' own characters. A line end is the same in file
// and text, and no other character holds its bytes. So places are found by counting line ends.

/** Tells the byte of a file that a byte of its text, as UTF-8, came from. */
export interface FileOffsets {
  /** Bytes of the file, and what was made of them; a character cut by their end may come with the next. */
  add(file: Uint8Array, utf8: Uint8Array): void;
  /** Ask often and in ascending order: what lies before is forgotten, the rest is kept. */
  toFileOffset(utf8Offset: number): number;
}

const LF = 0x0a;
const CR = 0x0d;

export function createFileOffsets(encoding: FileEncoding): FileOffsets {
  const isLineEnd = LINE_ENDS[encoding] ?? isByteLineEnd;
  const unit = encoding in LINE_ENDS ? 2 : 1;
  // Both begin at the place that was asked for last.
  let file: Buffer = Buffer.alloc(0);
  let utf8: Buffer = Buffer.alloc(0);
  let fileStart = 0;
  let utf8Start = 0;
  return {
    add: (fileBytes, utf8Bytes) => {
      file = Buffer.concat([file, fileBytes]);
      utf8 = Buffer.concat([utf8, utf8Bytes]);
    },
    toFileOffset: (utf8Offset) => {
      const asked = utf8Offset - utf8Start;
      const line = { count: 0, end: 0 };
      for (let at = 0; at < asked; at += 1) if (isByteLineEnd(utf8, at)) Object.assign(line, { count: line.count + 1, end: at + 1 });
      let at = 0;
      for (let count = 0; count < line.count && at < file.length; at += unit) if (isLineEnd(file, at)) count += 1;
      at += countBytes(file.subarray(at), encoding, asked - line.end);
      file = file.subarray(at);
      utf8 = utf8.subarray(asked);
      fileStart += at;
      utf8Start = utf8Offset;
      return fileStart;
    },
  };
}

type IsLineEnd = (bytes: Uint8Array, at: number) => boolean;

const isByteLineEnd: IsLineEnd = (bytes, at) => bytes[at] === LF || bytes[at] === CR;

/** Encodings whose characters take two bytes or four. */
const LINE_ENDS: Readonly<Record<FileEncoding, IsLineEnd>> = {
  'utf-16le': (bytes, at) => isByteLineEnd(bytes, at) && bytes[at + 1] === 0,
  'utf-16be': (bytes, at) => bytes[at] === 0 && isByteLineEnd(bytes, at + 1),
};

/** How many bytes the first `utf8Bytes` of the text took in the file: a few, as they belong to one line. */
function countBytes(file: Uint8Array, encoding: FileEncoding, utf8Bytes: number): number {
  if (utf8Bytes === 0) return 0;
  const decoder = iconv.getDecoder(encoding, { stripBOM: false });
  let made = 0;
  let at = 0;
  for (; made < utf8Bytes && at < file.length; at += 1) made += Buffer.byteLength(decoder.write(Buffer.from(file.subarray(at, at + 1))));
  return at;
}
