import { describe, expect, it } from '@jest/globals';
import { parseNames } from './parse-names.ts';

const KNOWN = { names: ['read', 'write', 'relay', 'consumer'], groups: { events: ['relay', 'consumer'] } };

describe('parseNames', () => {
  it('takes all when none is named', () => {
    expect(parseNames([], KNOWN)).toEqual(KNOWN.names);
  });

  it('keeps their order, and each once', () => {
    expect(parseNames(['relay', 'read', 'relay'], KNOWN)).toEqual(['read', 'relay']);
  });

  it('takes all of a group', () => {
    expect(parseNames(['events', 'read'], KNOWN)).toEqual(['read', 'relay', 'consumer']);
  });

  it('refuses a name that there is none of, and says which there are', () => {
    expect(() => parseNames(['read', 'fly'], KNOWN)).toThrow(
      'Benchmark fly cannot be run: there is none of that name. There are read, write, relay, consumer, events.',
    );
  });
});
