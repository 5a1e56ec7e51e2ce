import { describe, expect, it } from '@jest/globals';
import { generateSecretString } from './generate-secret.ts';

describe('generateSecretString', () => {
  it('makes 32 characters of every kind unless told otherwise', () => {
    const password = generateSecretString({});
    expect(password).toHaveLength(32);
    for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/]) expect(password).toMatch(kind);
  });

  it('leaves out what the rules exclude', () => {
    const passwords = Array.from({ length: 50 }, () =>
      generateSecretString({ ExcludePunctuation: true, ExcludeCharacters: 'abcXYZ09', PasswordLength: 64 }),
    );
    expect(passwords.join('')).toMatch(/^[d-zA-W1-8]+$/);
    expect(passwords.every((password) => password.length === 64)).toBe(true);
  });

  it('puts the password into the template', () => {
    const secret: unknown = JSON.parse(
      generateSecretString({ SecretStringTemplate: '{"username":"torii_admin"}', GenerateStringKey: 'password', PasswordLength: 30 }),
    );
    expect(secret).toEqual({ username: 'torii_admin', password: expect.stringMatching(/^.{30}$/) });
  });

  it('refuses rules that leave nothing', () => {
    const rules = { ExcludePunctuation: true, ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true };
    expect(() => generateSecretString(rules)).toThrow('exclude every character');
  });
});
