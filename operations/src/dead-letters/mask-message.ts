// Personal data never reaches an operator's terminal, its scrollback or a ticket: fields that contracts mark `pii`, and what looks like it.
import { fieldNames, maskPatterns } from '@torii/chassis/mask';
import { commands, events, findPiiPaths, findSchema } from '@torii/contracts';

const MASK = '[masked]';
// oxlint-disable-next-line no-control-regex -- they are what it makes harmless
const CONTROL_CHARACTERS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Data of a message; of a type nobody knows, every name that any contract marks is masked. */
export function maskData(type: string, data: unknown): unknown {
  const schema = findSchema(type);
  return maskValue(data, schema === undefined ? EVERY_NAME : fieldNames(findPiiPaths(schema)));
}

/** Text for a terminal: masked by pattern, and without characters that a terminal obeys. */
export function maskText(text: string): string {
  return maskPatterns(text).replace(CONTROL_CHARACTERS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const EVERY_NAME = fieldNames([...Object.values(events), ...Object.values(commands)].flatMap(({ schema }) => findPiiPaths(schema)));

function maskValue(value: unknown, names: ReadonlySet<string>): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value === 'number') return maskNumber(value);
  if (Array.isArray(value)) return value.map((element) => maskValue(element, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [maskText(name), names.has(name) && field !== null ? MASK : maskValue(field, names)]),
  );
}

/** A card number may be written without quotes. */
function maskNumber(value: number): number | string {
  const masked = maskPatterns(String(value));
  return masked === String(value) ? value : masked;
}
