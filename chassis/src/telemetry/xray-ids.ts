import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace';

// Not cryptographic randomness, which took a tenth of a request's CPU: ids must differ, not be secret.
const random = new RandomIdGenerator();

/**
 * Trace ids that X-Ray accepts: their first 4 bytes are the time in seconds
 * (https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids).
 */
export const xrayIds: IdGenerator = {
  generateTraceId: () =>
    Math.floor(Date.now() / 1000)
      .toString(16)
      .padStart(8, '0') + random.generateTraceId().slice(8),
  generateSpanId: () => random.generateSpanId(),
};
