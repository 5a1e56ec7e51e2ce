import type { Properties, Value } from './provider.ts';

// CloudFormation is lenient: "true" is a flag and "60" a number. These readers are as lenient, and never throw on absence.

/** The object at a property, or an empty one. */
export function recordOf(value: Value | undefined): Properties {
  return isRecord(value) ? value : {};
}

export function listOf(value: Value | undefined): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

export function recordsOf(value: Value | undefined): readonly Properties[] {
  return listOf(value).filter(isRecord);
}

export function textOf(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** @throws Error naming the property that has no text. */
export function requiredText(properties: Properties, name: string): string {
  const text = textOf(properties[name]);
  if (text === undefined || text === '') throw new Error(`Property ${name} cannot be read: it is absent or not text`);
  return text;
}

export function textsOf(value: Value | undefined): readonly string[] {
  return listOf(value).flatMap((entry) => textOf(entry) ?? []);
}

export function numberOf(value: Value | undefined): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = typeof value === 'number' ? value : Number(textOf(value));
  return Number.isFinite(number) ? number : undefined;
}

export function flagOf(value: Value | undefined): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

/** A record of texts, such as a map of request parameters. */
export function textMapOf(value: Value | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(recordOf(value)).flatMap(([name, entry]) => {
      const text = textOf(entry);
      return text === undefined ? [] : [[name, text]];
    }),
  );
}

function isRecord(value: Value | undefined): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
