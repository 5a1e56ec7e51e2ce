// What platform and runtime tell each other over the child's IPC channel. JSON, so a handler gets what Lambda would give it.

/** Fields of the handler's `context` object. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly invokedFunctionArn: string;
  readonly memoryLimitInMB: string;
  readonly logGroupName: string;
  readonly logStreamName: string;
  /** Since the epoch; `getRemainingTimeInMillis` counts down to it. */
  readonly deadlineMs: number;
  /** X-Ray's header, which the runtime puts into `_X_AMZN_TRACE_ID`. */
  readonly traceId: string;
}

export interface ToRuntime {
  readonly id: string;
  readonly event: unknown;
  readonly context: InvocationContext;
}

export interface HandlerError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

export type FromRuntime =
  | { readonly kind: 'ready' }
  | { readonly kind: 'init-failed'; readonly error: HandlerError }
  | { readonly kind: 'result'; readonly id: string; readonly payload: unknown }
  | { readonly kind: 'failed'; readonly id: string; readonly error: HandlerError };
