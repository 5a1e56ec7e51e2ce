import { type Context, type TextMapGetter, type TextMapPropagator, type TextMapSetter, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { AWSXRayPropagator } from '@opentelemetry/propagator-aws-xray';

const w3c = new W3CTraceContextPropagator();
const xray = new AWSXRayPropagator();

/**
 * Sends both headers and reads both. When both came and tell of the same trace, X-Ray's is the nearer parent: API Gateway
 * rewrites it and passes `traceparent` through untouched. When they tell of different traces, `traceparent` wins: the
 * caller wrote it, and the other was begun by a hop that did not understand it.
 */
export const twoHeaderPropagator: TextMapPropagator = {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    w3c.inject(context, carrier, setter);
    xray.inject(context, carrier, setter);
  },
  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const fromCaller = trace.getSpanContext(w3c.extract(ROOT_CONTEXT, carrier, getter));
    const fromNearestHop = trace.getSpanContext(xray.extract(ROOT_CONTEXT, carrier, getter));
    const sameTrace = fromCaller === undefined || fromCaller.traceId === fromNearestHop?.traceId;
    const parent = fromNearestHop !== undefined && sameTrace ? fromNearestHop : fromCaller;
    return parent === undefined ? context : trace.setSpanContext(context, parent);
  },
  fields: () => [...w3c.fields(), ...xray.fields()],
};
