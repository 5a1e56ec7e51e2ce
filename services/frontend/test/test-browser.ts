import type { Problem } from '@torii/contracts';

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: unknown;
  /** For refusals. */
  readonly problem: Problem;
}

/** Keeps cookies as a browser does and sends what our pages send. */
export interface TestBrowser {
  readonly cookies: Map<string, string>;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
  send(method: string, path: string, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

interface Sent {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const FROM_OUR_PAGE = { 'x-torii-request': '1', 'sec-fetch-site': 'same-origin' };

export function createTestBrowser(baseUrl: string): TestBrowser {
  const cookies = new Map<string, string>();
  const request = async (path: string, { headers, ...init }: Sent): Promise<Reply> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(baseUrl + path, {
      redirect: 'manual',
      ...init,
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const line of response.headers.getSetCookie()) store(cookies, line);
    return parseReply(response, await response.text());
  };
  return {
    cookies,
    get: (path, headers = {}) => request(path, { headers: { ...FROM_OUR_PAGE, ...headers } }),
    post: (path, body, headers = {}) => {
      const type = body === undefined ? {} : { 'content-type': 'application/json' };
      return request(path, {
        method: 'POST',
        headers: { ...FROM_OUR_PAGE, ...type, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    send: (method, path, headers = FROM_OUR_PAGE) => request(path, { method, headers }),
  };
}

function store(cookies: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split('; ');
  const [name = '', value = ''] = pair.split(/=(.*)/s);
  if (attributes.includes('Max-Age=0')) cookies.delete(name);
  else cookies.set(name, value);
}

function parseReply(response: Response, text: string): Reply {
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const body: unknown = isJson && text !== '' ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, body, problem: body as Problem };
}
