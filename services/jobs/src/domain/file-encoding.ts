import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { encodingUnknown, encodingWrong, fileBinary } from './errors.ts';

/** Name that both TextDecoder and iconv-lite know. */
export type FileEncoding = string;

const BOMS: readonly (readonly [FileEncoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];
/** Signatures of files that people take for CSV. */
const ZIP_SIGNATURE = [0x50, 0x4b, 0x03, 0x04];
const PDF_SIGNATURE = [0x25, 0x50, 0x44, 0x46];
/** Of the bytes at even (or odd) places of UTF-16 text in Latin script, about all are zero; half leaves room for names in other scripts. */
const UTF16_ZERO_SHARE = 0.5;
/** Text hardly has any control characters but tab and line ends. */
const BINARY_CONTROL_SHARE = 0.01;
/** Detected by letter statistics; the others chardet knows are rarer than its mistakes. */
const GUESSED: ReadonlyMap<string, FileEncoding> = new Map([
  ['Shift_JIS', 'shift_jis'],
  ['EUC-JP', 'euc-jp'],
  ['EUC-KR', 'euc-kr'],
  ['Big5', 'big5'],
  ['GB18030', 'gb18030'],
  ['windows-1251', 'windows-1251'],
  ['windows-1252', 'windows-1252'],
  // What calls itself Latin-1 is windows-1252 (https://encoding.spec.whatwg.org/#names-and-labels).
  ['ISO-8859-1', 'windows-1252'],
]);

/**
 * Tells the text encoding from the beginning of a file. `isWhole` is false when the file goes on after `head`, whose last
 * character may then be cut.
 * @throws FILE_BINARY, ENCODING_UNKNOWN, ENCODING_WRONG
 */
export function detectEncoding(head: Uint8Array, isWhole: boolean): FileEncoding {
  const encoding = guessEncoding(head, isWhole);
  assertText(decodeText(head, encoding));
  return encoding;
}

function guessEncoding(head: Uint8Array, isWhole: boolean): FileEncoding {
  const bom = BOMS.find(([, bytes]) => startsWith(head, bytes));
  if (bom !== undefined) return bom[0];
  assertNotKnownBinary(head);
  const utf16 = detectUtf16(head);
  if (utf16 !== undefined) return utf16;
  if (head.includes(0)) throw fileBinary('Export it as CSV.');
  const asUtf8 = new TextDecoder('utf-8').decode(head, { stream: !isWhole });
  if (!asUtf8.includes('\uFFFD')) return 'utf-8';
  if (isDamagedUtf8(asUtf8)) throw encodingWrong('UTF-8');
  return guessLegacyEncoding(head);
}

/** Text of `head` without its byte order mark. */
export function decodeText(head: Uint8Array, encoding: FileEncoding): string {
  return iconv.decode(Buffer.from(head), encoding, { stripBOM: true });
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, index) => bytes[index] === byte);
}

function assertNotKnownBinary(head: Uint8Array): void {
  if (startsWith(head, ZIP_SIGNATURE)) throw fileBinary('It looks like a workbook or an archive: export the sheet as CSV.');
  if (startsWith(head, PDF_SIGNATURE)) throw fileBinary('It is a PDF: export the table as CSV.');
}

/** UTF-16 without a byte order mark: every second byte of its ASCII characters is zero. */
function detectUtf16(head: Uint8Array): FileEncoding | undefined {
  const pairs = Math.floor(head.length / 2);
  let zerosEven = 0;
  let zerosOdd = 0;
  for (let index = 0; index < pairs * 2; index += 2) {
    if (head[index] === 0) zerosEven += 1;
    if (head[index + 1] === 0) zerosOdd += 1;
  }
  if (zerosEven === 0 && zerosOdd > pairs * UTF16_ZERO_SHARE) return 'utf-16le';
  if (zerosOdd === 0 && zerosEven > pairs * UTF16_ZERO_SHARE) return 'utf-16be';
  return undefined;
}

function assertText(text: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  const controls = text.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  if (controls > text.length * BINARY_CONTROL_SHARE) throw fileBinary('Export it as CSV.');
}

/** Other encodings hardly ever make valid UTF-8 sequences: where most sequences are valid, the rest is damage. */
function isDamagedUtf8(decoded: string): boolean {
  const invalid = decoded.split('\uFFFD').length - 1;
  const valid = decoded.match(/[\u0080-\uFFFC]/g)?.length ?? 0;
  return valid > invalid;
}

function guessLegacyEncoding(head: Uint8Array): FileEncoding {
  const candidates = analyse(head).flatMap((match) => GUESSED.get(match.name) ?? []);
  const encoding = [...candidates, 'windows-1252'].find((candidate) => isCleanIn(head, candidate));
  if (encoding === undefined) throw encodingUnknown();
  return encoding;
}

function isCleanIn(head: Uint8Array, encoding: FileEncoding): boolean {
  // The last two characters may be the two halves of a cut one.
  return !/[\uFFFD\u0080-\u009f]/.test(decodeText(head, encoding).slice(0, -2));
}
