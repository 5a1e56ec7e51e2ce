/** One name in the forms that files, code, SQL and the environment give it. */
export interface Names {
  /** `order-history`: folder, package, path, events, stack. */
  readonly name: string;
  /** `orderHistory`. */
  readonly camel: string;
  /** `OrderHistory`. */
  readonly pascal: string;
  /** `order_history`: schema of the database and its user. */
  readonly snake: string;
  /** `ORDER_HISTORY`: error codes. */
  readonly capitals: string;
  /** As a key of an object: in quotes if it needs them. */
  readonly key: string;
}

export function createNames(name: string): Names {
  const pascal = name
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('');
  const snake = name.replaceAll('-', '_');
  const camel = `${pascal.slice(0, 1).toLowerCase()}${pascal.slice(1)}`;
  return { name, camel, pascal, snake, capitals: snake.toUpperCase(), key: camel === name ? name : `'${name}'` };
}
