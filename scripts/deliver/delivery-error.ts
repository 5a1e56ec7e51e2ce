/** Why a delivery cannot go on, for people: printed without a stack, and the pipeline stops. */
export class DeliveryError extends Error {}

/** Waits for what AWS, or another machine, was asked, and says in words what it was should the answer be an error. */
export async function ask<T>(what: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw new DeliveryError(`${what} cannot be done: ${describeError(error)}`, { cause: error });
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const attempts = readAttempts(error);
  return `${error.name}: ${error.message}${attempts > 1 ? ` (asked ${attempts} times)` : ''}`;
}

/** The SDK notes on its errors how often it has asked. */
function readAttempts(error: Error): number {
  const metadata: unknown = Reflect.get(error, '$metadata');
  const attempts: unknown = typeof metadata === 'object' && metadata !== null ? Reflect.get(metadata, 'attempts') : undefined;
  return typeof attempts === 'number' ? attempts : 1;
}
