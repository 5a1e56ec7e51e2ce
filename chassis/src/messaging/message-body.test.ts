import { describe, expect, it } from '@jest/globals';
import { toMessageBody } from './message-body.ts';

const ALLOWED = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

describe('toMessageBody', () => {
  it('writes any text with characters that SQS takes, and changes none', () => {
    const text = `東京 🗼 \uFFFE\uFFFF\u0000\u001b\ud800 \ufffd`;
    const body = toMessageBody({ text });
    expect(body).toMatch(ALLOWED);
    expect(JSON.parse(body)).toEqual({ text });
  });
});
