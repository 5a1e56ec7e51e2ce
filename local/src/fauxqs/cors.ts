// Cross-origin rules of a bucket, as its template has them; fauxqs has none, so a browser could not upload.
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html

export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}
export interface CrossOriginRequest {
  readonly origin: string;
  readonly method: string;
  /** Names a preflight asks for; empty for the request itself. */
  readonly headers: readonly string[];
}

export function findCorsRule(rules: readonly CorsRule[], request: CrossOriginRequest): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedMethods.includes(request.method) &&
      rule.allowedOrigins.some((pattern) => matchesPattern(pattern, request.origin)) &&
      request.headers.every((name) => rule.allowedHeaders.some((pattern) => matchesPattern(pattern.toLowerCase(), name.toLowerCase()))),
  );
}

export function corsHeaders(rule: CorsRule, request: CrossOriginRequest): Readonly<Record<string, string>> {
  return {
    'access-control-allow-origin': rule.allowedOrigins.includes('*') ? '*' : request.origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(request.headers.length > 0 && { 'access-control-allow-headers': request.headers.join(', ') }),
    ...(rule.exposedHeaders.length > 0 && { 'access-control-expose-headers': rule.exposedHeaders.join(', ') }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

/** At most one `*`, as S3 allows. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= head.length + tail.length && text.startsWith(head) && text.endsWith(tail);
}
