import { AwsError, type FunctionInvoker } from '../../provider.ts';
import type { PoolSettings } from './pool-settings.ts';
import type { User } from './store.ts';
import type { TriggerName } from './trigger-names.ts';

// Cognito waits 5 s for a trigger and tries a silent one three times.
const TIMEOUT_MS = 5000;
const ATTEMPTS = 3;

export interface TriggerCall {
  readonly trigger: TriggerName;
  /** For example `PostConfirmation_ConfirmSignUp`. */
  readonly source: string;
  readonly user: User;
  readonly clientId: string | undefined;
  readonly request?: Readonly<Record<string, unknown>>;
}

export type TriggerResponse = Readonly<Record<string, unknown>>;

/**
 * Invokes the pool's Lambda with the event of AWS. Without such a trigger the answer is undefined.
 * @throws AwsError UserLambdaValidationException when the function fails.
 */
export async function invokeTrigger(
  functions: FunctionInvoker,
  pool: PoolSettings,
  call: TriggerCall,
): Promise<TriggerResponse | undefined> {
  const target = pool.triggers[call.trigger];
  if (target === undefined) return undefined;
  const event = createTriggerEvent(pool, call);
  const answer = await invokeWithRetries(functions, target, { trigger: call.trigger, event });
  return parseResponse(call.trigger, answer);
}

export function createTriggerEvent(pool: PoolSettings, call: TriggerCall): Readonly<Record<string, unknown>> {
  const { user } = call;
  return {
    version: '1',
    region: pool.id.split('_')[0],
    userPoolId: pool.id,
    userName: user.sub,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: call.clientId ?? 'CLIENT_ID_NOT_APPLICABLE' },
    triggerSource: call.source,
    request: { userAttributes: { sub: user.sub, 'cognito:user_status': user.status, ...user.attributes }, ...call.request },
    response: {},
  };
}

async function invokeWithRetries(
  functions: FunctionInvoker,
  target: string,
  { trigger, event }: { readonly trigger: TriggerName; readonly event: unknown },
): Promise<unknown> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await invokeOnce(functions, target, event);
    if (outcome.kind === 'answered') return outcome.answer;
    if (outcome.kind === 'failed') throw new AwsError('UserLambdaValidationException', `${trigger} failed with error ${outcome.reason}.`);
  }
  throw new AwsError(
    'UnexpectedLambdaException',
    `${trigger} invocation failed due to error Socket timeout while invoking Lambda function.`,
  );
}

type Outcome =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'silent' };

async function invokeOnce(functions: FunctionInvoker, target: string, event: unknown): Promise<Outcome> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Outcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'silent' }), TIMEOUT_MS);
  });
  const answer = functions.invoke(target, event).then(
    (value): Outcome => ({ kind: 'answered', answer: value }),
    (error: unknown): Outcome => ({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) }),
  );
  const outcome = await Promise.race([answer, silence]);
  clearTimeout(timer);
  return outcome;
}

function parseResponse(trigger: TriggerName, answer: unknown): TriggerResponse {
  const response = isObject(answer) ? answer['response'] : undefined;
  if (isObject(response)) return response;
  throw new AwsError('InvalidLambdaResponseException', `${trigger} invocation failed: the function must return the event it was given.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
