import { commands, events, findPiiPaths } from '@torii/contracts';
import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import { currentCorrelationId } from '../telemetry/correlation.ts';
import { currentTraceId } from '../telemetry/spans.ts';
import { fieldNames, maskFields, maskPatterns } from './mask.ts';
import { serializeError } from './serialize-error.ts';

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
        log: (fields) => Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, maskField(name, value, masked)])),
      },
      serializers: { err: serialize, error: serialize },
      mixin: correlationFields,
      hooks: { streamWrite: maskPatterns },
    },
    options.destination ?? pino.destination({ dest: 1, sync: true }),
  );
}

function maskField(name: string, value: unknown, masked: ReadonlySet<string>): unknown {
  return masked.has(name) && value !== null && value !== undefined ? '[masked]' : maskFields(value, masked);
}

function correlationFields(): object {
  const correlationId = currentCorrelationId();
  const traceId = currentTraceId();
  return { ...(correlationId === undefined ? {} : { correlationId }), ...(traceId === undefined ? {} : { traceId }) };
}

/** Every field of every message that is marked `pii`. */
function contractPiiPaths(): readonly string[] {
  return [...Object.values(events), ...Object.values(commands)].flatMap((contract) => findPiiPaths(contract.schema));
}
