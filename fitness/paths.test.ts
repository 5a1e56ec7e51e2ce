// A file's URL is not its path: a space, a percent sign or a letter beyond ASCII is written otherwise in one.
import { describe, expect, it } from '@jest/globals';
import { listFiles, readText } from './repository.ts';

const CODE = /\.(ts|tsx|mjs|cjs|js)$/;
/** What takes the path out of the URL of a module as it is written there. */
const PATH_OF_URL = /import\.meta\.url\s*\)?\s*\.(pathname|slice|replace|split)\b/;

const takesPathOfUrl = (text: string): boolean => PATH_OF_URL.test(text);

describe('paths of files', () => {
  it('come from fileURLToPath or import.meta.dirname', () => {
    const paths = listFiles().filter((path) => CODE.test(path) && path !== 'fitness/paths.test.ts');
    expect(paths.length).toBeGreaterThan(300);
    expect(paths.filter((path) => takesPathOfUrl(readText(path)))).toEqual([]);
  });

  it.each([
    ["new URL('../dist', import.meta.url).pathname", true],
    ["import.meta.url.replace('file://', '')", true],
    ["fileURLToPath(new URL('../dist', import.meta.url))", false],
    ["new URL('../migrations/', import.meta.url)", false],
  ])('are searched for as in %s', (code, isFound) => {
    expect(takesPathOfUrl(code)).toBe(isFound);
  });
});
