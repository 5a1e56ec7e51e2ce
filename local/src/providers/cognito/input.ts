import { AwsError } from '../../provider.ts';

// Readers of the JSON an SDK sends. Refusals carry the sentence Cognito itself uses.

export type Input = Readonly<Record<string, unknown>>;

/** @throws AwsError InvalidParameterException */
export function requiredText(input: Input, name: string): string {
  const value = input[name];
  if (typeof value === 'string' && value !== '') return value;
  const member = name.charAt(0).toLowerCase() + name.slice(1);
  throw invalidParameter(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must not be ${value === '' ? 'empty' : 'null'}`,
  );
}

export function optionalText(input: Input, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function optionalNumber(input: Input, name: string): number | undefined {
  const value = input[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A map of texts such as AuthParameters; entries that are no text are left out. */
export function textMap(input: Input, name: string): Readonly<Record<string, string>> {
  const value = input[name];
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** @throws AwsError InvalidParameterException */
export function requiredEntry(map: Readonly<Record<string, string>>, name: string): string {
  const value = map[name];
  if (value === undefined || value === '') throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

/** `[{ Name, Value }]` as a record. @throws AwsError InvalidParameterException */
export function attributeMap(input: Input, name: string): Readonly<Record<string, string>> {
  const value = input[name];
  if (value === undefined || value === null) return {};
  if (!Array.isArray(value)) throw invalidParameter(`${name} must be a list`);
  return Object.fromEntries(value.map((entry: unknown) => parseAttribute(entry)));
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

function parseAttribute(entry: unknown): readonly [string, string] {
  const { Name: name, Value: value = '' } = (entry ?? {}) as { readonly Name?: unknown; readonly Value?: unknown };
  // 2048 characters is Cognito's limit of an attribute's value.
  if (typeof name !== 'string' || typeof value !== 'string' || value.length > 2048) throw invalidParameter('Invalid attribute in the list');
  return [name, value];
}
