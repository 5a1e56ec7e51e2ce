// Which lines a subscription lets pass. Of CloudWatch's patterns those for JSON that ask whether fields are there, joined by `&&`.
// Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html

interface Condition {
  readonly field: string;
  readonly isWanted: boolean;
}

const ALL_OF = /^\{\s*(.+?)\s*\}$/;
const CONDITION = /^\(?\s*\$\.([A-Za-z0-9_-]+)\s+(?:(= ?(?:"\*"|\*))|(NOT EXISTS))\s*\)?$/;

/** @throws Error naming the part that does not work on this machine */
export function parseFilterPattern(pattern: string): (line: string) => boolean {
  if (pattern.trim() === '') return () => true;
  const conditions = (ALL_OF.exec(pattern.trim())?.[1] ?? pattern).split('&&').map((part) => parseCondition(part.trim()));
  return (line) => isJsonObject(line) && meets(line, conditions);
}

function parseCondition(part: string): Condition {
  const [, field, isThere] = CONDITION.exec(part) ?? [];
  if (field === undefined)
    throw new Error(`A filter pattern cannot have ${part}: on this machine it has $.field = "*" and $.field NOT EXISTS, joined by &&`);
  return { field, isWanted: isThere !== undefined };
}

function isJsonObject(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}

function meets(line: string, conditions: readonly Condition[]): boolean {
  // A field whose name is nowhere in the line is not there; reading the line as JSON costs more than the rest of this.
  if (conditions.some(({ field, isWanted }) => isWanted && !line.includes(`"${field}"`))) return false;
  try {
    const fields = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return conditions.every(({ field, isWanted }) => Object.hasOwn(fields, field) === isWanted);
  } catch {
    return false;
  }
}
