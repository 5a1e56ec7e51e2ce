import { describe, expect, it } from '@jest/globals';
import { decideJobKind } from './job-kind.ts';

describe('decideJobKind', () => {
  it.each(['catalog-import', 'catalog-export'])('knows %s', (type) => {
    expect(decideJobKind(type)).toBe(type);
  });

  it.each(['catalog-snapshot', '', 'constructor'])('takes "%s" for something newer', (type) => {
    expect(decideJobKind(type)).toBe('other');
  });
});
