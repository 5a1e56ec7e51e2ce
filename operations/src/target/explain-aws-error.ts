import { OperationError } from '../cli/usage-error.ts';

/** What an operator can do about an error of the SDK, by its name or its system code. */
const ADVICE: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/^ECONNREFUSED$/, 'Nothing listens there: the platform on this machine is not running. Start it with npm start.'],
  [
    /^(ENOTFOUND|ETIMEDOUT|TimeoutError|ECONNRESET|EHOSTUNREACH)$/,
    'It cannot be reached: check the network, --region, and on the laptop npm start.',
  ],
  [/QueueDoesNotExist|NonExistentQueue/, 'There is none: check --env, --profile and --region, and that the stage is deployed there.'],
  [/^(InvalidRequestException|MetadataException)$/, 'Is the log lake of the stage deployed there? Check --env, --profile and --region.'],
  [/ParameterNotFound|NoSuchBucket/, 'There is none: deploy the stage with its archive first.'],
  [
    /CredentialsProviderError|ExpiredToken|UnrecognizedClient|InvalidClientTokenId|SSOTokenProviderFailure|TokenProviderError/,
    'AWS takes no credentials from here: log in (aws sso login --profile …) or choose another --profile.',
  ],
  [/AccessDenied|NotAuthorized|Forbidden/, 'These credentials may not do that: choose another --profile.'],
];

/**
 * @param what the first half of the message: what could not be done, to what
 * @returns an error for the operator; one that is such an error already stays as it is
 */
export function explainAwsError(error: unknown, what: string): OperationError {
  if (error instanceof OperationError) return error;
  if (/Region is missing/.test(textOf(error)))
    return new OperationError(`${what}: no region is set. Add --region, or set it in the profile.`, { cause: error });
  const names = namesOf(error);
  const advice = ADVICE.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
  return new OperationError(`${what}: ${textOf(error)}${advice === undefined ? '' : `\n${advice}`}`, { cause: error });
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // An AggregateError, which Node makes when localhost refuses on every address, has no message of its own.
  return error.message === '' ? namesOf(error).join(' ') : error.message;
}

function namesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const code: unknown = Reflect.get(error, 'code');
  return [...(typeof code === 'string' ? [code] : []), error.name];
}
