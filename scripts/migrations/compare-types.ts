// Whether a column of one type holds everything that it held in another, so that a client which knows the old one notices nothing.

/** Each holds what those before it hold. */
const FAMILIES: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'mediumint', 'int', 'bigint'],
  ['tinytext', 'text', 'mediumtext', 'longtext'],
  ['tinyblob', 'blob', 'mediumblob', 'longblob'],
  ['float', 'double'],
];
/** A longer one holds what a shorter one holds: characters, bytes, digits of a second. */
const LENGTHS: ReadonlySet<string> = new Set(['varchar', 'varbinary', 'datetime', 'timestamp', 'time']);

interface SqlType {
  readonly name: string;
  /** What is in the brackets. */
  readonly detail: string;
  /** unsigned, zerofill */
  readonly rest: string;
}

export function isWider(before: string, after: string): boolean {
  const [old, now] = [parseType(before), parseType(after)];
  if (old.rest !== now.rest) return false;
  const family = FAMILIES.find((names) => names.includes(old.name));
  if (family !== undefined) return family.indexOf(now.name) >= family.indexOf(old.name);
  if (old.name !== now.name) return false;
  if (LENGTHS.has(old.name)) return Number(now.detail) >= Number(old.detail);
  if (old.name === 'decimal') return isWiderDecimal(old.detail, now.detail);
  // A value more at the end; another order would change what is stored.
  return (old.name === 'enum' || old.name === 'set') && now.detail.startsWith(`${old.detail},`);
}

function isWiderDecimal(before: string, after: string): boolean {
  const digits = (detail: string): readonly [whole: number, fraction: number] => {
    const [all = 0, fraction = 0] = detail.split(',').map(Number);
    return [all - fraction, fraction];
  };
  const [[oldWhole, oldFraction], [whole, fraction]] = [digits(before), digits(after)];
  return whole >= oldWhole && fraction >= oldFraction;
}

function parseType(text: string): SqlType {
  const [, name = '', detail = '', rest = ''] = /^(\w+)(?:\((.*)\))?\s*(.*)$/.exec(text) ?? [];
  return { name, detail, rest };
}
