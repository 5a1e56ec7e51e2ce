import { registerHooks } from 'node:module';

/** Every import of a module gets another one, which alone may import the original. */
export function replaceModule(path: string, replacement: URL): void {
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const found = nextResolve(specifier, context);
      return found.url.endsWith(path) && context.parentURL !== replacement.href ? { ...found, url: replacement.href } : found;
    },
  });
}
