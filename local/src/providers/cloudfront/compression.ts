import type { Writable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { ResponseHead } from '../../edge/exchange.ts';

export type Encoding = 'br' | 'gzip';

// CloudFront compresses between these sizes, and only when the origin says the size.
const SMALLEST_BYTES = 1000;
const LARGEST_BYTES = 10_000_000;

const COMPRESSIBLE =
  /^(?:text\/|application\/(?:javascript|json|problem\+json|xml|manifest\+json|wasm|vnd\.ms-fontobject|rss\+xml|xhtml\+xml)|font\/(?:ttf|otf)|image\/svg\+xml)/;

/** The encoding to use for a client among those that are offered; brotli first, as CloudFront does. */
export function chooseEncoding(acceptEncoding: string | undefined, offered: readonly Encoding[]): Encoding | undefined {
  const accepted = new Set(
    (acceptEncoding ?? '')
      .toLowerCase()
      .split(',')
      .flatMap((entry) => {
        const [name = '', weight = ''] = entry.trim().split(/\s*;\s*/);
        return /^q=0(?:\.0*)?$/.test(weight) ? [] : [name];
      }),
  );
  return offered.find((encoding) => accepted.has(encoding));
}

export function isCompressible({ status, headers }: ResponseHead): boolean {
  const length = Number(headers['content-length']);
  const sized = length >= SMALLEST_BYTES && length <= LARGEST_BYTES;
  return status === 200 && sized && headers['content-encoding'] === undefined && COMPRESSIBLE.test(String(headers['content-type'] ?? ''));
}

/** The head of the compressed answer; a strong ETag would lie about the bytes. */
export function compressedHead({ status, headers }: ResponseHead, encoding: Encoding): ResponseHead {
  const { 'content-length': _length, etag, ...rest } = headers;
  const weak = typeof etag === 'string' && !etag.startsWith('W/') ? `W/${etag}` : etag;
  return { status, headers: { ...rest, etag: weak, 'content-encoding': encoding, vary: 'Accept-Encoding' } };
}

/** A stream that writes its compressed input to `sink`. */
export function compressInto(sink: Writable, encoding: Encoding): Writable {
  // Level 5 of 11: brotli's best takes seconds for what is downloaded in milliseconds here.
  const compressor = encoding === 'br' ? createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : createGzip();
  compressor.pipe(sink);
  compressor.once('error', (error) => sink.destroy(error));
  sink.once('close', () => compressor.destroy());
  return compressor;
}
