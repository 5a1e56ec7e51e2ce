/** A test for patterns in which `*` stands for any number of characters, none included, and `?` for one. */
export function createWildcardTest(pattern: string, options: { readonly ignoreCase?: boolean } = {}): (text: string) => boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const expression = new RegExp(`^${source}$`, options.ignoreCase === true ? 'is' : 's');
  return (text) => expression.test(text);
}
