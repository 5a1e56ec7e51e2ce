import { commands, events, findPiiPaths } from '@torii/contracts';
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import { currentTraceId } from '../telemetry/spans.ts';
import { fieldNames, isPlain, maskFields, maskPatterns } from './mask.ts';
import { serializeError } from './serialize-error.ts';
import { standardOutput } from './standard-output.ts';

export type Logger = PinoLogger;

export interface LoggerOptions {
  readonly serviceName: string;
  /** What the image was built from; on every line. @default none, as on a laptop and in functions */
  readonly release?: string | undefined;
  /** @default 'info' */
  readonly level?: string;
  /** Dotted paths of further fields that hold personal data, beside those that contracts mark. */
  readonly piiPaths?: readonly string[];
  /** @default standard output, as ECS and Lambda collect it */
  readonly destination?: DestinationStream;
}

/**
 * Logs one JSON line per event, with the correlation and trace ids of where it was written. Fields that contracts mark as
 * personal data are masked by name, and the whole line once more by pattern.
 */
export function createLogger(options: LoggerOptions): Logger {
  const serialize = (error: unknown) => maskFields(serializeError(error), masked);
  const masked = fieldNames([...contractPiiPaths(), ...(options.piiPaths ?? [])]);
  return pino(
    {
      level: options.level ?? 'info',
      base: { service: options.serviceName, ...(options.release === undefined ? {} : { release: options.release }) },
      // ISO rather than epoch: thirteen digits look like a card number.
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => (isClear(fields, masked) ? fields : maskEach(fields, masked)),
      },
      serializers: { err: serialize, error: serialize },
      mixin: correlationFields,
      hooks: { streamWrite: maskPatterns },
    },
    options.destination ?? standardOutput(),
  );
}

/** Most lines are flat and name nobody: those need no copy. */
function isClear(fields: Record<string, unknown>, masked: ReadonlySet<string>): boolean {
  return Object.keys(fields).every((name) => !masked.has(name) && isPlain(fields[name]));
}

function maskEach(fields: Record<string, unknown>, masked: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maskField(name, value, masked)]));
}

function maskField(name: string, value: unknown, masked: ReadonlySet<string>): unknown {
  return masked.has(name) && value !== null && value !== undefined ? '[masked]' : maskFields(value, masked);
}

function correlationFields(): object {
  return { correlationId: currentCorrelationId(), traceId: currentTraceId() };
}

/** Every field of every message that is marked `pii`. */
function contractPiiPaths(): readonly string[] {
  return [...Object.values(events), ...Object.values(commands)].flatMap((contract) => findPiiPaths(contract.schema));
}
