// Search finds substrings in any script without a tokenizer: every pair of neighbouring characters becomes a token of a
// FULLTEXT column, a query asks for all of its pairs, and what the index proposes is compared with the text itself, so
// there are no false positives.

/** Stands after the last character, so that it has a pair too. Code point 0 never occurs in normalised text. */
const END = 0;

/** Pairs of one query beyond this many are not looked at; the comparison with the text decides anyway. */
const MAX_QUERY_PAIRS = 32;

/** Neither length nor script is limited by this radix: a pair of ASCII letters takes five characters. */
const RADIX = 36;
/** Code points below it are most of every text. */
const ASCII = 128;
/** The tokens of their pairs, made ahead: a pair's place is `first * ASCII + second`. */
const ASCII_TOKENS = Array.from({ length: ASCII * ASCII }, (_token, place) => encodePair(Math.floor(place / ASCII), place % ASCII));
/** Which of them the text at hand has had. A text has hundreds of pairs, most of them more than once, and a `Set` takes three times as long. */
const seenPlaces = new Uint8Array(ASCII_TOKENS.length);

export interface SearchableContent {
  readonly sku: string;
  readonly name: string;
  readonly description: string | null;
  readonly category: string | null;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One form for what people take to be the same: compatibility forms, case, the two small sigmas, runs of white space. */
export function normalizeSearchText(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll('ς', 'σ')
    .replaceAll(/[\s\0]+/gu, ' ')
    .trim();
}

/** What is searched of an item: one line a field, so that no match crosses from one field to the next. */
export function composeSearchText(content: SearchableContent): string {
  const texts = Object.values(content.attributes).filter((value) => typeof value === 'string');
  // Links are long, nobody searches them, and they would make every item of an import look alike.
  const attributes = texts.filter((text) => !/^https?:\/\//.test(text));
  return [content.name, content.sku, content.category ?? '', content.description ?? '', ...attributes]
    .map(normalizeSearchText)
    .filter((text) => text !== '')
    .join('\n');
}

/**
 * The distinct pairs of a normalised text, for the FULLTEXT column. A token is two code points in base 36 joined by an
 * underscore: at least three ASCII word characters, never a stopword, so the server's full-text settings do not matter.
 */
export function encodeSearchTokens(text: string): string {
  return listTokens(text).join(' ');
}

/** The distinct pairs of a normalised query, as text; none for a single character. */
export function listQueryPairs(query: string): readonly string[] {
  const characters = Array.from(query);
  const pairs = characters.slice(1).map((character, index) => `${characters[index] ?? ''}${character}`);
  return [...new Set(pairs)].slice(0, MAX_QUERY_PAIRS);
}

/** The boolean-mode expression for texts that have all of these pairs: nothing in it is an operator of the user's. */
export function encodePairsQuery(pairs: readonly string[]): string {
  return pairs.map((pair) => `+${Array.from(pair, encodeCharacter).join('_')}`).join(' ');
}

/** The boolean-mode expression for texts that have this character: each has a pair that begins with it. */
export function encodeCharacterQuery(character: string): string {
  return `+${encodeCharacter(character)}_*`;
}

function listTokens(text: string): readonly string[] {
  const places: number[] = [];
  const others = new Set<string>();
  const add = (first: number, second: number): void => {
    if (first >= ASCII || second >= ASCII) {
      others.add(encodePair(first, second));
      return;
    }
    const place = first * ASCII + second;
    if (seenPlaces[place] === 0) places.push(place);
    seenPlaces[place] = 1;
  };
  let previous = END;
  for (const character of `${text}\n`) {
    const codePoint = character === '\n' ? END : toCodePoint(character);
    if (previous !== END) add(previous, codePoint);
    previous = codePoint;
  }
  for (const place of places) seenPlaces[place] = 0;
  return [...places.map((place) => ASCII_TOKENS[place] ?? ''), ...others];
}

function encodePair(first: number, second: number): string {
  return `${first.toString(RADIX)}_${second.toString(RADIX)}`;
}

function encodeCharacter(character: string): string {
  return toCodePoint(character).toString(RADIX);
}

function toCodePoint(character: string): number {
  return character.codePointAt(0) ?? END;
}
