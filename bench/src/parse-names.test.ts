import { describe, expect, it } from '@jest/globals';
import { parseNames } from './parse-names.ts';

const KNOWN = ['read', 'write', 'relay'];

describe('parseNames', () => {
  it('takes all when none is named', () => {
    expect(parseNames([], KNOWN)).toEqual(KNOWN);
  });

  it('keeps their order, and each once', () => {
    expect(parseNames(['relay', 'read', 'relay'], KNOWN)).toEqual(['read', 'relay']);
  });

  it('refuses a name that there is none of, and says which there are', () => {
    expect(() => parseNames(['read', 'fly'], KNOWN)).toThrow(
      'Benchmark fly cannot be run: there is none of that name. There are read, write, relay.',
    );
  });
});
