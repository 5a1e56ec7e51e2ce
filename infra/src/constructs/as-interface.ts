type WithUndefined<T> = { readonly [K in keyof T]: T[K] | undefined };

/**
 * A construct of aws-cdk-lib as the interface it implements. Its classes declare `x: T | undefined` where its interfaces say `x?: T`,
 * and `exactOptionalPropertyTypes` keeps the two apart.
 */
export function asInterface<T extends object>(construct: WithUndefined<T>): T;
export function asInterface(construct: unknown): unknown {
  return construct;
}
