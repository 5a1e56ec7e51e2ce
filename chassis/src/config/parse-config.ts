import type { z } from 'zod';

/**
 * Reads camelCase settings from UPPER_SNAKE variables (`databaseHost` ← `DATABASE_HOST`). An empty variable counts as
 * absent, as a container cannot unset one.
 * @throws Error that names every missing or bad variable at once, never its value.
 */
export function parseConfig<S extends z.ZodObject>(schema: S, env: NodeJS.ProcessEnv): z.infer<S> {
  const input = Object.fromEntries(
    Object.keys(schema.shape)
      .map((key) => [key, env[variableName(key)]] as const)
      .filter(([, value]) => value !== undefined && value !== ''),
  );
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const key = String(issue.path[0]);
    return `  ${variableName(key)}: ${Object.hasOwn(input, key) ? issue.message : 'is not set'}`;
  });
  throw new Error(`The service cannot start: its environment is incomplete.\n${[...new Set(lines)].join('\n')}`);
}

/** `eventsTopicArn` → `EVENTS_TOPIC_ARN`. */
export function variableName(key: string): string {
  return key.replaceAll(/[A-Z]/g, '_$&').toUpperCase();
}
