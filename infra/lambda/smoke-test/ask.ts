import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';

/** Where the next release of a service answers. */
export interface Target {
  /** Scheme, host and port of the listener for tests. */
  readonly origin: string;
  /** What its certificate is for; the load balancer's own name is in none. */
  readonly certificateName: string;
  /** Name of the service, by which the listener's rules tell them apart. */
  readonly service: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** The header that the listener's rules look at; `TEST_HEADER` of infra/src/constructs/service/service.ts. */
const SERVICE_HEADER = 'torii-service';
/** Milliseconds. A task that takes longer is no better than one that does not answer. */
const ANSWER_TIMEOUT_MS = 5_000;

/** @throws Error when there is no answer in five seconds, or `signal` ends the test */
export function ask(target: Target, path: string, signal: AbortSignal): Promise<Answer> {
  const url = new URL(path, target.origin);
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  const { certificateName, service } = target;
  return new Promise((resolve, reject) => {
    const options = {
      // A connection of its own: each question may meet another task.
      agent: false as const,
      servername: certificateName,
      headers: { host: certificateName, [SERVICE_HEADER]: service, connection: 'close' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    };
    request(url, options, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
