/** What there is to run. */
export interface KnownNames {
  readonly names: readonly string[];
  /** Names that stand for several. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
}

/**
 * Which benchmarks the command line asks for; none named: all.
 * @throws Error that lists what there is
 */
export function parseNames(words: readonly string[], { names, groups }: KnownNames): readonly string[] {
  const asked = words.flatMap((word) => (Object.hasOwn(groups, word) ? (groups[word] ?? []) : [word]));
  const unknown = asked.filter((word) => !names.includes(word));
  const known = [...names, ...Object.keys(groups)].join(', ');
  if (unknown.length > 0) throw new Error(`Benchmark ${unknown.join(', ')} cannot be run: there is none of that name. There are ${known}.`);
  return asked.length === 0 ? names : names.filter((name) => asked.includes(name));
}
