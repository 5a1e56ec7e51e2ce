// The expressions Firehose evaluates in a prefix.
// Source: https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html

const EXPRESSION = /!\{([^:}]*):([^}]*)\}/g;
/** Of Java's DateTimeFormatter what prefixes use. */
const FIELDS: Readonly<Record<string, (at: string) => string>> = {
  yyyy: (at) => at.slice(0, 4),
  MM: (at) => at.slice(5, 7),
  dd: (at) => at.slice(8, 10),
  HH: (at) => at.slice(11, 13),
  mm: (at) => at.slice(14, 16),
};
const FIELD = /[A-Za-z]+/g;

/** @throws Error naming an expression that is not evaluated on this machine. */
export function assertPrefix(prefix: string): void {
  for (const [expression, namespace, format = ''] of prefix.matchAll(EXPRESSION)) {
    const isKnown = namespace === 'timestamp' && [...format.matchAll(FIELD)].every(([field]) => Object.hasOwn(FIELDS, field));
    if (!isKnown) throw new Error(`A prefix cannot have ${expression}: on this machine it has !{timestamp:…} of yyyy, MM, dd, HH and mm`);
  }
}

/** In UTC. A prefix without a timestamp ends with the hour, as Firehose has it. */
export function evaluatePrefix(prefix: string, at: Date): string {
  const instant = at.toISOString();
  const whole = prefix.includes('!{timestamp:') ? prefix : `${prefix}!{timestamp:yyyy/MM/dd/HH}/`;
  return whole.replaceAll(EXPRESSION, (_expression, _namespace, format: string) =>
    format.replaceAll(FIELD, (field) => FIELDS[field]?.(instant) ?? field),
  );
}
