import type { Properties, Value } from '../../provider.ts';
import { flagOf, numberOf, recordOf, recordsOf, textMapOf, textOf, textsOf } from '../../read-value.ts';
import { SUPPORTED_TRIGGERS, type TriggerName } from './trigger-names.ts';

export interface PasswordPolicy {
  readonly minimumLength: number;
  readonly requiresLowercase: boolean;
  readonly requiresUppercase: boolean;
  readonly requiresNumbers: boolean;
  readonly requiresSymbols: boolean;
  readonly temporaryPasswordDays: number;
}

export interface MailTemplate {
  readonly subject: string;
  /** `{####}` stands for the code, `{username}` for the address. */
  readonly text: string;
}

/** What a template says of a user pool, with Cognito's defaults filled in. */
export interface PoolSettings {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly passwordPolicy: PasswordPolicy;
  readonly verifiesEmail: boolean;
  readonly allowsSignUp: boolean;
  readonly triggers: Readonly<Partial<Record<TriggerName, string>>>;
  readonly verificationMail: MailTemplate;
  readonly invitationMail: MailTemplate;
  /** Attributes a sign-up must bring. */
  readonly requiredAttributes: readonly string[];
  /** `custom:<name>` attributes the pool knows besides the standard ones. */
  readonly customAttributes: readonly string[];
}

export interface ClientSettings {
  readonly id: string;
  readonly poolId: string;
  readonly name: string;
  readonly secret: string | undefined;
  /** `ALLOW_…` values. */
  readonly authFlows: readonly string[];
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
  readonly sessionSeconds: number;
  readonly hidesUserExistence: boolean;
  readonly allowsRevocation: boolean;
}

const DEFAULT_MAIL: MailTemplate = { subject: 'Your verification code', text: 'Your confirmation code is {####}' };
const DEFAULT_INVITATION: MailTemplate = {
  subject: 'Your temporary password',
  text: 'Your username is {username} and temporary password is {####}.',
};

/** @throws Error when the template asks for something this pool would silently do without. */
export function parsePoolSettings(
  identity: { readonly id: string; readonly arn: string; readonly name: string },
  properties: Properties,
): PoolSettings {
  assertEmailIsUsername(identity.name, properties);
  const schema = recordsOf(properties['Schema']);
  const admin = recordOf(properties['AdminCreateUserConfig']);
  return {
    ...identity,
    name: textOf(properties['UserPoolName']) ?? identity.name,
    passwordPolicy: parsePasswordPolicy(recordOf(recordOf(properties['Policies'])['PasswordPolicy'])),
    verifiesEmail: textsOf(properties['AutoVerifiedAttributes']).includes('email'),
    allowsSignUp: flagOf(admin['AllowAdminCreateUserOnly']) !== true,
    triggers: parseTriggers(identity.name, recordOf(properties['LambdaConfig'])),
    verificationMail: parseVerificationMail(properties),
    invitationMail: parseMail(recordOf(admin['InviteMessageTemplate']), DEFAULT_INVITATION),
    requiredAttributes: schema.filter((entry) => flagOf(entry['Required']) === true).flatMap((entry) => textOf(entry['Name']) ?? []),
    customAttributes: schema.flatMap((entry) => customAttribute(textOf(entry['Name']))),
  };
}

export function parseClientSettings(id: string, secret: string | undefined, properties: Properties): ClientSettings {
  const units = textMapOf(properties['TokenValidityUnits']);
  const seconds = (property: string, unit: string, fallback: { readonly unit: string; readonly amount: number }): number =>
    (numberOf(properties[property]) ?? fallback.amount) * secondsIn(units[unit] ?? fallback.unit);
  return {
    id,
    poolId: textOf(properties['UserPoolId']) ?? '',
    name: textOf(properties['ClientName']) ?? id,
    secret,
    authFlows: parseAuthFlows(properties['ExplicitAuthFlows']),
    accessTokenSeconds: seconds('AccessTokenValidity', 'AccessToken', { unit: 'hours', amount: 1 }),
    idTokenSeconds: seconds('IdTokenValidity', 'IdToken', { unit: 'hours', amount: 1 }),
    refreshTokenSeconds: seconds('RefreshTokenValidity', 'RefreshToken', { unit: 'days', amount: 30 }),
    sessionSeconds: (numberOf(properties['AuthSessionValidity']) ?? 3) * 60,
    hidesUserExistence: textOf(properties['PreventUserExistenceErrors']) === 'ENABLED',
    allowsRevocation: flagOf(properties['EnableTokenRevocation']) !== false,
  };
}

function assertEmailIsUsername(name: string, properties: Properties): void {
  const names = [...textsOf(properties['UsernameAttributes']), ...textsOf(properties['AliasAttributes'])];
  if (names.length > 0 && !names.includes('email')) {
    throw new Error(`User pool ${name} cannot be provided: users are known by ${names.join(', ')}, and only email is supported here`);
  }
  if (textOf(properties['MfaConfiguration']) === 'ON') {
    throw new Error(`User pool ${name} cannot be provided: it requires a second factor, which is not supported here`);
  }
}

/** The numbers are Cognito's own defaults for a pool without a policy. */
function parsePasswordPolicy(policy: Properties): PasswordPolicy {
  return {
    minimumLength: numberOf(policy['MinimumLength']) ?? 8,
    requiresLowercase: flagOf(policy['RequireLowercase']) ?? true,
    requiresUppercase: flagOf(policy['RequireUppercase']) ?? true,
    requiresNumbers: flagOf(policy['RequireNumbers']) ?? true,
    requiresSymbols: flagOf(policy['RequireSymbols']) ?? true,
    temporaryPasswordDays: numberOf(policy['TemporaryPasswordValidityDays']) ?? 7,
  };
}

function parseTriggers(pool: string, config: Properties): PoolSettings['triggers'] {
  const triggers: Partial<Record<TriggerName, string>> = {};
  for (const [name, value] of Object.entries(config)) {
    const supported = SUPPORTED_TRIGGERS.find((candidate) => candidate === name);
    if (supported === undefined) throw new Error(`User pool ${pool} cannot be provided: its trigger ${name} is not supported here`);
    const target = textOf(value);
    if (target !== undefined) triggers[supported] = target;
  }
  return triggers;
}

function parseVerificationMail(properties: Properties): MailTemplate {
  const template = parseMail(recordOf(properties['VerificationMessageTemplate']), DEFAULT_MAIL);
  return {
    subject: textOf(properties['EmailVerificationSubject']) ?? template.subject,
    text: textOf(properties['EmailVerificationMessage']) ?? template.text,
  };
}

function parseMail(template: Properties, fallback: MailTemplate): MailTemplate {
  return {
    subject: textOf(template['EmailSubject']) ?? fallback.subject,
    text: textOf(template['EmailMessage']) ?? fallback.text,
  };
}

const STANDARD_ATTRIBUTES = new Set([
  'address',
  'birthdate',
  'email',
  'email_verified',
  'family_name',
  'gender',
  'given_name',
  'locale',
  'middle_name',
  'name',
  'nickname',
  'phone_number',
  'phone_number_verified',
  'picture',
  'preferred_username',
  'profile',
  'updated_at',
  'website',
  'zoneinfo',
]);

/** Whether users of the pool may have an attribute of this name. */
export function isKnownAttribute(settings: PoolSettings, name: string): boolean {
  return STANDARD_ATTRIBUTES.has(name) || settings.customAttributes.includes(name);
}

function customAttribute(name: string | undefined): readonly string[] {
  if (name === undefined || STANDARD_ATTRIBUTES.has(name) || name === 'sub') return [];
  return [name.startsWith('custom:') ? name : `custom:${name}`];
}

function parseAuthFlows(value: Value | undefined): readonly string[] {
  const flows = textsOf(value);
  return flows.length > 0 ? flows : ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];
}

function secondsIn(unit: string): number {
  const units: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
  const seconds = units[unit];
  if (seconds === undefined) throw new Error(`Token validity cannot be read: ${unit} is no unit of time Cognito knows`);
  return seconds;
}
