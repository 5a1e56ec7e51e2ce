// The password generator behind `GenerateSecretString`
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-secret-generatesecretstring.html).
import { randomInt } from 'node:crypto';
import type { Properties } from '../../provider.ts';
import { flagOf, numberOf, recordOf, textOf } from '../../read-value.ts';

const CHARACTERS = {
  ExcludeLowercase: 'abcdefghijklmnopqrstuvwxyz',
  ExcludeUppercase: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  ExcludeNumbers: '0123456789',
  ExcludePunctuation: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
} as const;
const DEFAULT_LENGTH = 32;

/** @throws Error when the rules leave no character to choose. */
export function generateSecretString(rules: Properties): string {
  const key = textOf(rules['GenerateStringKey']);
  const password = generatePassword(rules);
  if (key === undefined) return password;
  const template = parseTemplate(textOf(rules['SecretStringTemplate']) ?? '{}');
  return JSON.stringify({ ...template, [key]: password });
}

function generatePassword(rules: Properties): string {
  const excluded = textOf(rules['ExcludeCharacters']) ?? '';
  const keep = (characters: string): string =>
    characters
      .split('')
      .filter((character) => !excluded.includes(character))
      .join('');
  const kinds = Object.entries(CHARACTERS)
    .filter(([rule]) => flagOf(rules[rule]) !== true)
    .map(([, characters]) => keep(characters))
    .filter((characters) => characters !== '');
  if (flagOf(rules['IncludeSpace']) === true) kinds.push(' ');
  const alphabet = kinds.join('');
  if (alphabet === '') throw new Error('A password cannot be generated: the rules exclude every character');
  const required = flagOf(rules['RequireEachIncludedType']) === false ? [] : kinds.map(pick);
  const length = numberOf(rules['PasswordLength']) ?? DEFAULT_LENGTH;
  const rest = Array.from({ length: Math.max(0, length - required.length) }, () => pick(alphabet));
  return shuffle([...required, ...rest])
    .slice(0, length)
    .join('');
}

function pick(alphabet: string): string {
  return alphabet.charAt(randomInt(alphabet.length));
}

function shuffle(characters: readonly string[]): readonly string[] {
  return characters
    .map((character) => ({ character, order: randomInt(2 ** 32) }))
    .toSorted((left, right) => left.order - right.order)
    .map(({ character }) => character);
}

function parseTemplate(text: string): Properties {
  return recordOf(JSON.parse(text) as Properties);
}
