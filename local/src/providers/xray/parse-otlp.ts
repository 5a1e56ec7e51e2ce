// OTLP/HTTP in JSON: resourceSpans → scopeSpans → spans.
// Source: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
import { maskText } from '../../mask.ts';
import type { Value } from '../../provider.ts';
import { recordOf, recordsOf, textOf } from '../../read-value.ts';
import type { Span, SpanAttribute } from './span-store.ts';

const STATUS_ERROR = 2;

export function parseOtlpSpans(body: Value): readonly Span[] {
  return recordsOf(recordOf(body)['resourceSpans']).flatMap((resourceSpans) => {
    const service = String(parseAttributes(recordOf(resourceSpans['resource'])['attributes'])['service.name'] ?? 'unknown');
    return recordsOf(resourceSpans['scopeSpans'])
      .flatMap((scopeSpans) => recordsOf(scopeSpans['spans']))
      .map((span) => parseSpan(span, service));
  });
}

function parseSpan(span: Readonly<Record<string, Value>>, service: string): Span {
  const startMs = toMilliseconds(span['startTimeUnixNano']);
  const parent = textOf(span['parentSpanId']);
  return {
    traceId: toHex(textOf(span['traceId']) ?? ''),
    spanId: toHex(textOf(span['spanId']) ?? ''),
    ...(parent && { parentSpanId: toHex(parent) }),
    name: maskText(textOf(span['name']) ?? ''),
    service,
    startMs,
    durationMs: Math.max(0, toMilliseconds(span['endTimeUnixNano']) - startMs),
    attributes: { ...parseEvents(span['events']), ...parseAttributes(span['attributes']) },
    error: recordOf(span['status'])['code'] === STATUS_ERROR || recordOf(span['status'])['code'] === 'STATUS_CODE_ERROR',
  };
}

/** An exception is an event of its span; its text is worth more than its time. */
function parseEvents(events: Value | undefined): Readonly<Record<string, SpanAttribute>> {
  return Object.assign({}, ...recordsOf(events).map((event) => parseAttributes(event['attributes'])));
}

function parseAttributes(attributes: Value | undefined): Readonly<Record<string, SpanAttribute>> {
  return Object.fromEntries(
    recordsOf(attributes).flatMap((attribute) => {
      const name = textOf(attribute['key']);
      return name === undefined ? [] : [[name, parseAttributeValue(recordOf(attribute['value']))]];
    }),
  );
}

function parseAttributeValue(value: Readonly<Record<string, Value>>): SpanAttribute {
  const { stringValue, intValue, doubleValue, boolValue, arrayValue } = value;
  if (typeof stringValue === 'string') return maskText(stringValue);
  if (intValue !== undefined) return Number(intValue);
  if (typeof doubleValue === 'number' || typeof boolValue === 'boolean')
    return typeof doubleValue === 'number' ? doubleValue : boolValue === true;
  return recordsOf(recordOf(arrayValue)['values'])
    .map((element) => String(parseAttributeValue(element)))
    .join(', ');
}

/** Nanoseconds come as text: they do not fit a number. */
function toMilliseconds(nanoseconds: Value | undefined): number {
  return Number(BigInt(textOf(nanoseconds) ?? '0') / 1000n) / 1000;
}

/** JSON OTLP has hexadecimal ids; some exporters send base64. */
function toHex(id: string): string {
  return /^(?:[0-9a-f]{16}){1,2}$/i.test(id) ? id.toLowerCase() : Buffer.from(id, 'base64').toString('hex');
}
