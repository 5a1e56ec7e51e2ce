import type { Properties } from '../../provider.ts';
import { recordOf, textOf } from '../../read-value.ts';
import { fillVariables, type CallContext } from './call-context.ts';

/** CloudWatch Logs: one line to a log group, by its ARN. */
export interface LogWriter {
  write(logGroupArn: string, line: string): void;
}

// What the log groups' data protection policies look for, and what they put in its place.
const EMAIL = /[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+/g;
const IPV4 = /\b(?:\d{1,3}\.){3}\d{1,3}\b/g;

/** One line for each call in the stage's own format, with e-mail and IP addresses masked; undefined when the stage logs none. */
export function createAccessLog(stage: Properties, logs: LogWriter): ((call: CallContext) => void) | undefined {
  const setting = recordOf(stage['AccessLogSetting']);
  const group = textOf(setting['DestinationArn']);
  const format = textOf(setting['Format']);
  if (group === undefined || format === undefined) return undefined;
  return (call) => logs.write(group, maskAddresses(fillVariables(format, call, '-')));
}

export function maskAddresses(line: string): string {
  return line.replace(EMAIL, asterisks).replace(IPV4, asterisks);
}

function asterisks(text: string): string {
  return '*'.repeat(text.length);
}
