import type { LocalContext, Provider } from '../provider.ts';
import type { LogWriter } from '../providers/api-gateway/access-log.ts';
import { openLogGroup, type LogGroup } from './log-group.ts';

/** Writes to log groups by their ARN; each file is opened once. */
export function createLogWriter(context: LocalContext): LogWriter & Provider {
  const groups = new Map<string, LogGroup>();
  return {
    types: {},
    write(logGroupArn, line) {
      const name = /:log-group:([^:]+)/.exec(logGroupArn)?.[1] ?? logGroupArn;
      const group = groups.get(name) ?? openLogGroup(context, name);
      groups.set(name, group);
      group.write(line);
    },
    stop: async () => void (await Promise.all([...groups.values()].map((group) => group.close()))),
  };
}
