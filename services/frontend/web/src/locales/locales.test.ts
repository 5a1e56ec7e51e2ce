import { describe, expect, it } from '@jest/globals';
import en from './en.json' with { type: 'json' };
import ja from './ja.json' with { type: 'json' };

/** Every text by its dotted key. Japanese has no singular: `_one` has no counterpart there. */
function textsOf(texts: object, prefix = ''): readonly (readonly [string, string])[] {
  return Object.entries(texts).flatMap(([key, value]: [string, unknown]) => {
    const path = prefix + key;
    if (typeof value === 'string') return key.endsWith('_one') ? [] : [[path, value] as const];
    return typeof value === 'object' && value !== null ? textsOf(value, `${path}.`) : [];
  });
}

const placeholdersOf = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).toSorted();

describe('texts', () => {
  const [english, japanese] = [textsOf(en), textsOf(ja)];

  it('exist in both languages under the same keys', () => {
    expect(english.length).toBeGreaterThan(150);
    expect(japanese.map(([key]) => key).toSorted()).toEqual(english.map(([key]) => key).toSorted());
  });

  it('fill in the same values', () => {
    const other = new Map(japanese);
    for (const [key, text] of english) expect([key, placeholdersOf(other.get(key) ?? '')]).toEqual([key, placeholdersOf(text)]);
  });

  it('are never empty', () => {
    expect([...english, ...japanese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});
