import { once } from 'node:events';

/** Ctrl-C stops everything within ten seconds and leaves no process; a platform that does not has failed. */
const STOP_TIMEOUT_MS = 10_000;

export default async function tearDown(): Promise<void> {
  const platform = globalThis.journeyPlatform;
  if (platform === undefined || platform.exitCode !== null) return;
  const startedAt = performance.now();
  const ended = once(platform, 'exit');
  platform.kill('SIGINT');
  const timer = setTimeout(() => platform.kill('SIGKILL'), STOP_TIMEOUT_MS);
  const [code] = (await ended) as [number | null];
  clearTimeout(timer);
  if (code !== 0)
    throw new Error(`The platform did not stop on Ctrl-C: exit code ${code} after ${Math.round(performance.now() - startedAt)} ms`);
}
