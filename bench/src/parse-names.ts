/**
 * Which benchmarks the command line asks for; none named: all.
 * @throws Error that lists what there is
 */
export function parseNames(words: readonly string[], known: readonly string[]): readonly string[] {
  const unknown = words.filter((word) => !known.includes(word));
  if (unknown.length > 0)
    throw new Error(`Benchmark ${unknown.join(', ')} cannot be run: there is none of that name. There are ${known.join(', ')}.`);
  return words.length === 0 ? known : known.filter((name) => words.includes(name));
}
