/** A file's text, and its path for messages. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** @throws Error that names file and anchor, if the anchor is not there once */
export function replaceOnce(source: SourceText, anchor: RegExp, replace: (...groups: readonly string[]) => string): SourceText {
  const found = [...source.text.matchAll(new RegExp(anchor.source, `${anchor.flags.replace('g', '')}g`))];
  const [match] = found;
  if (match === undefined || found.length > 1) {
    throw new Error(
      `${source.path} cannot be changed: it has ${anchor} ${found.length} times, not once. Nothing was written; docs/adding-a-domain.md says what belongs there.`,
    );
  }
  const [whole, ...groups] = match;
  const text = `${source.text.slice(0, match.index)}${replace(...groups)}${source.text.slice(match.index + whole.length)}`;
  return { ...source, text };
}

/** Adds a line to the block of consecutive lines that `pattern` matches, in the order of the alphabet. */
export function insertSorted(source: SourceText, pattern: RegExp, line: string): SourceText {
  const lines = source.text.split('\n');
  const matching = lines.flatMap((existing, index) => (pattern.test(existing) ? [index] : []));
  const last = matching.at(-1);
  if (last === undefined) throw new Error(`${source.path} cannot be changed: it has no line like ${pattern}. Nothing was written.`);
  const at = matching.find((index) => (lines[index] ?? '') > line) ?? last + 1;
  return { ...source, text: lines.toSpliced(at, 0, line).join('\n') };
}
