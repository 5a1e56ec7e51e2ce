import { describe, expect, it } from '@jest/globals';
import { commands, envelope } from '@torii/contracts';
import { decideRegisterUser, toTraceparent } from './register-user-command.ts';

const SUB = '5e2f0c1a-8a5b-4f53-9d0a-0d6d2f1b9c11';
const SCOPE = { now: new Date('2026-05-01T10:00:00.000Z'), traceparent: undefined };

function confirmation(attributes: object = {}, triggerSource = 'PostConfirmation_ConfirmSignUp'): unknown {
  return {
    version: '1',
    triggerSource,
    region: 'eu-west-1',
    userName: SUB,
    request: { userAttributes: { sub: SUB, email: 'ann@example.org', email_verified: 'true', ...attributes } },
    response: {},
  };
}

describe('decideRegisterUser', () => {
  it('makes a command that fits its contract', () => {
    const command = decideRegisterUser(confirmation({ name: 'Ann', locale: 'ja_JP' }), SCOPE);
    expect(envelope.safeParse(command).success).toBe(true);
    expect(commands['identity.register-user.v1'].schema.parse(command?.data)).toEqual({
      userId: SUB,
      email: 'ann@example.org',
      displayName: 'Ann',
      locale: 'ja-JP',
    });
  });

  it('makes the same message id again for the same person, and another for another', () => {
    const first = decideRegisterUser(confirmation(), SCOPE);
    const again = decideRegisterUser(confirmation({ name: 'Ann' }), { ...SCOPE, now: new Date(0) });
    const other = decideRegisterUser(confirmation({ sub: '5e2f0c1a-8a5b-4f53-9d0a-0d6d2f1b9c12' }), SCOPE);
    expect(first?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(again?.id).toBe(first?.id);
    expect(other?.id).not.toBe(first?.id);
  });

  it('takes the language that the client sent along', () => {
    const event = {
      triggerSource: 'PostConfirmation_ConfirmSignUp',
      request: { userAttributes: { sub: SUB, email: 'a@b.example' }, clientMetadata: { locale: 'ja' } },
    };
    expect(decideRegisterUser(event, SCOPE)?.data.locale).toBe('ja');
  });

  it('asks for nothing when a new password was confirmed', () => {
    expect(decideRegisterUser(confirmation({}, 'PostConfirmation_ConfirmForgotPassword'), SCOPE)).toBeUndefined();
  });

  it('refuses an event without e-mail address', () => {
    expect(() => decideRegisterUser(confirmation({ email: undefined }), SCOPE)).toThrow('email');
  });
});

describe('toTraceparent', () => {
  it('translates the trace header of X-Ray', () => {
    expect(toTraceparent('Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a')).toBe(
      '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01',
    );
  });

  it.each([undefined, '', 'Root=1-5759e988-bd862e3fe1be46a994272793'])('has none of %j', (header) => {
    expect(toTraceparent(header)).toBeUndefined();
  });
});
