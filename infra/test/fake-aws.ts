// As much of STS, CloudFormation, S3 and CloudWatch Logs as deleting stacks takes, over HTTP: what the SDK sends is what AWS would get.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface FakeStack {
  /** Physical names by logical id. */
  readonly resources: Readonly<Record<string, string>>;
  /** Cannot be deleted while one of these has objects. */
  readonly buckets: readonly string[];
}

export interface FakeAws {
  readonly url: string;
  /** Service and what was done, in order. */
  readonly calls: readonly string[];
  readonly stacks: ReadonlyMap<string, FakeStack>;
  close(): Promise<void>;
}

interface State {
  readonly account: string;
  readonly stacks: Map<string, FakeStack>;
  /** Number of objects by bucket. */
  readonly objects: Map<string, number>;
  readonly logGroups: Set<string>;
  /** Stacks that cannot be deleted. */
  readonly stubborn: ReadonlySet<string>;
  readonly calls: string[];
}

interface Answer {
  readonly status?: number;
  readonly body: string;
}

/** Fewer than a page of S3 has, so that a second one is needed. */
const PAGE = 2;

export async function startFakeAws(initial: Omit<State, 'calls'>): Promise<FakeAws> {
  const state: State = { ...initial, calls: [] };
  const server = createServer((request, response) => {
    answer(request, state).then(
      ({ status = 200, body }) =>
        response.writeHead(status, { 'content-type': body.startsWith('{') ? 'application/x-amz-json-1.1' : 'text/xml' }).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls: state.calls,
    stacks: state.stacks,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function answer(request: IncomingMessage, state: State): Promise<Answer> {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return answerLogs(body, state);
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true)
    return answerQuery(new URLSearchParams(body), state);
  return answerS3(url, body, state);
}

function answerLogs(body: string, { logGroups, calls }: State): Answer {
  const { logGroupName } = JSON.parse(body) as { readonly logGroupName: string };
  calls.push(`logs DeleteLogGroup ${logGroupName}`);
  if (logGroups.delete(logGroupName)) return { body: '{}' };
  return { status: 400, body: JSON.stringify({ __type: 'ResourceNotFoundException', message: 'The specified log group does not exist.' }) };
}

interface Question {
  readonly name: string;
  readonly stack: FakeStack | undefined;
  /** Deleted stacks are found by their id only. */
  readonly isById: boolean;
}

const QUERIES: Readonly<Record<string, (question: Question, state: State) => string | undefined>> = {
  GetCallerIdentity: (_question, { account }) => `<Account>${account}</Account>`,
  ListStackResources: ({ stack }) => stack && listMembers('StackResourceSummaries', describeResources(stack)),
  DescribeStacks: (question, state) =>
    question.stack || question.isById ? listMembers('Stacks', [describeStack(question, state)]) : undefined,
  DeleteStack: ({ name, stack }, state) => {
    state.calls.push(`cloudformation DeleteStack ${name}`);
    const isEmpty = stack?.buckets.every((bucket) => (state.objects.get(bucket) ?? 0) === 0) === true;
    if (isEmpty && !state.stubborn.has(name)) state.stacks.delete(name);
    return '';
  },
  DescribeStackEvents: ({ name }) =>
    listMembers('StackEvents', [
      `<StackId>x</StackId><EventId>1</EventId><StackName>${name}</StackName><Timestamp>2099-01-01T00:00:00Z</Timestamp>` +
        '<LogicalResourceId>Files</LogicalResourceId><ResourceStatus>DELETE_FAILED</ResourceStatus>' +
        '<ResourceStatusReason>The bucket is not empty</ResourceStatusReason>',
    ]),
};

function answerQuery(form: URLSearchParams, state: State): Answer {
  const action = form.get('Action') ?? '';
  const given = form.get('StackName') ?? '';
  const name = given.replace(/^arn:id:/, '');
  const query = QUERIES[action];
  if (!query) throw new Error(`The fake has no ${action}.`);
  const inner = query({ name, stack: state.stacks.get(name), isById: given !== name }, state);
  return inner === undefined ? noSuchStack(name) : result(action, inner);
}

function describeStack({ name, stack }: Question, { calls }: State): string {
  const wasAsked = calls.includes(`cloudformation DeleteStack ${name}`);
  const status = stack ? (wasAsked ? 'DELETE_FAILED' : 'CREATE_COMPLETE') : 'DELETE_COMPLETE';
  return (
    `<StackId>arn:id:${name}</StackId><StackName>${name}</StackName><StackStatus>${status}</StackStatus>` +
    '<CreationTime>2026-11-22T00:00:00Z</CreationTime>'
  );
}

function describeResources({ resources }: FakeStack): readonly string[] {
  return Object.entries(resources).map(
    ([id, physical]) =>
      `<LogicalResourceId>${id}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>x</ResourceType>` +
      '<ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-11-22T00:00:00Z</LastUpdatedTimestamp>',
  );
}

function answerS3(url: URL, body: string, { objects, calls }: State): Answer {
  const bucket = url.pathname.split('/')[1] ?? '';
  const count = objects.get(bucket);
  if (count === undefined) return { status: 404, body: '<Error><Code>NoSuchBucket</Code><Message>gone</Message></Error>' };
  if (url.searchParams.has('versions')) {
    const versions = Array.from(
      { length: Math.min(PAGE, count) },
      (_, index) => `<Version><Key>k${index}</Key><VersionId>v</VersionId></Version>`,
    );
    return { body: `<ListVersionsResult>${versions.join('')}</ListVersionsResult>` };
  }
  const deleted = body.split('<Object>').length - 1;
  calls.push(`s3 DeleteObjects ${bucket} ${deleted}`);
  objects.set(bucket, count - deleted);
  return { body: '<DeleteResult></DeleteResult>' };
}

function result(action: string, inner: string): Answer {
  return { body: `<${action}Response><${action}Result>${inner}</${action}Result></${action}Response>` };
}

function listMembers(name: string, members: readonly string[]): string {
  return `<${name}>${members.map((member) => `<member>${member}</member>`).join('')}</${name}>`;
}

function noSuchStack(name: string): Answer {
  const message = `Stack with id ${name} does not exist`;
  return {
    status: 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}
