import type { Logger } from '../logging/create-logger.ts';
import type { Telemetry } from '../telemetry/start-telemetry.ts';
import { type SpanOptions, withSpan } from '../telemetry/spans.ts';
import { withCorrelation } from '../telemetry/correlation.ts';

/** The part of Lambda's context that is used. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

export interface LambdaHandlerOptions<Event, Result> {
  /** Name of the span. */
  readonly name: string;
  readonly logger: Logger;
  readonly telemetry: Telemetry;
  /** @default no remote parent */
  readonly parentOf?: (event: Event) => string | undefined;
  handle(event: Event, context: LambdaContext): Promise<Result>;
}

/**
 * Wraps a Lambda function: a span, a correlation id, a log line for a failure, and a flush, as the process is frozen once
 * the answer is out.
 */
export function createLambdaHandler<Event, Result>(
  options: LambdaHandlerOptions<Event, Result>,
): (event: Event, context: LambdaContext) => Promise<Result> {
  return async (event, context) => {
    const parent = options.parentOf?.(event);
    const span: SpanOptions = {
      kind: 'server',
      attributes: { 'faas.invocation_id': context.awsRequestId },
      ...(parent === undefined ? {} : { parent }),
    };
    try {
      return await withCorrelation({ correlationId: context.awsRequestId }, () =>
        withSpan(options.name, span, () => options.handle(event, context)),
      );
    } catch (error) {
      options.logger.error({ err: error, function: options.name }, 'invocation failed');
      throw error;
    } finally {
      await options.telemetry.flush();
    }
  };
}
