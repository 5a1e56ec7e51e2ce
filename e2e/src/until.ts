import { setTimeout as delay } from 'node:timers/promises';

/** Waits for an outcome. @throws Error that names it when it does not come within `timeoutMs` */
export async function until(what: string, check: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await delay(250)) if (await check()) return;
  throw new Error(`${what} did not come about within ${timeoutMs / 1000} s`);
}
