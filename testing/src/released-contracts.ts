// contracts/released as tests need it: what may be written, and golden examples of what may still be received.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ErrorObject, Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { listQueues, type MessageType, type QueueName } from '@torii/contracts';

const FOLDER = join(import.meta.dirname, '..', '..', 'contracts', 'released');

/** A golden example: a whole message, as a queue holds it. */
export interface GoldenExample {
  readonly type: MessageType;
  /** What it shows. */
  readonly name: string;
  readonly body: string;
}

/** Every golden example of every type and version that this queue may bring, retired versions included. */
export function listGoldenExamples(queue: QueueName): readonly GoldenExample[] {
  const types = listQueues().find(({ name }) => name === queue)?.types ?? [];
  return types.flatMap((type) => {
    const folder = join(FOLDER, type, 'examples');
    const files = existsSync(folder) ? readdirSync(folder).toSorted() : [];
    return files.map((file) => ({ type, name: file.replace('.json', ''), body: readFileSync(join(folder, file), 'utf8') }));
  });
}

type Validator = (value: unknown) => readonly string[];

/** Checks a value against the released schema of a contract, as written by its publisher: no field that nobody declared. */
export function createReleasedValidator(): (name: string, value: unknown) => readonly string[] {
  // Patterns hold all that the schemas' formats say. `strict` would refuse `pii`, and minLength beside an enum.
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const validators = new Map<string, Validator>();
  return (name, value) => {
    const known = validators.get(name) ?? compile(ajv, name);
    validators.set(name, known);
    return known(value);
  };
}

function compile(ajv: Ajv2020, name: string): Validator {
  const file = join(FOLDER, name, 'schema.json');
  if (!existsSync(file)) return () => [`is of a type that is not released: npm run contracts:release`];
  const validate: ValidateFunction = ajv.compile(parseSchema(close(JSON.parse(readFileSync(file, 'utf8')))));
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(describe));
}

/** Where a consumer ignores fields, a publisher may not write them. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  return 'properties' in schema && !('additionalProperties' in schema) ? { ...closed, additionalProperties: false } : closed;
}

function parseSchema(schema: unknown): object {
  if (typeof schema !== 'object' || schema === null) throw new Error('A released schema cannot be read: it is no object.');
  return schema;
}

/** The field and the rule, never the value: it may be personal data. */
function describe({ instancePath, message, params }: ErrorObject): string {
  const field = instancePath.slice(1).replaceAll('/', '.') || '(data)';
  const extra: unknown = Object.entries(params).find(([key]) => key === 'additionalProperty')?.[1];
  return `${field} ${message ?? 'does not fit'}${typeof extra === 'string' ? `: ${extra}` : ''}`;
}
