// Custom resources: the function behind the service token gets CloudFormation's events and answers to their ResponseURL
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref.html).
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { AppliedResource, FunctionInvoker, LocalContext, Properties, Provider, Resource, ResourceState, Value } from '../provider.ts';
import { numberOf, recordOf, requiredText } from '../read-value.ts';

/** CloudFormation waits an hour; on a laptop somebody watches. */
const MAX_WAIT_MS = 120_000;
const DEFAULT_TIMEOUT_SECONDS = 3_600;
/** A function that has returned has answered, or will not. */
const ANSWER_GRACE_MS = 500;

interface Answer {
  readonly status: string;
  readonly reason: string;
  readonly physicalId: string | undefined;
  readonly data: Properties;
}

interface Request {
  readonly kind: 'Create' | 'Update' | 'Delete';
  readonly resource: Resource;
  readonly previous?: AppliedResource;
}

/** Give its handler to every type that begins with `Custom::`. */
export function createCustomResources(context: LocalContext, { functions }: { readonly functions: FunctionInvoker }): Provider {
  const send = async ({ kind, resource, previous }: Request): Promise<Answer> => {
    const serviceToken = requiredText(resource.properties, 'ServiceToken');
    const listener = await listenForAnswer();
    try {
      const event = {
        RequestType: kind,
        RequestId: randomUUID(),
        ResponseURL: listener.url,
        StackId: `arn:aws:cloudformation:${context.region}:${context.accountId}:stack/${resource.stack}/local`,
        ServiceToken: serviceToken,
        ResourceType: resource.type,
        LogicalResourceId: resource.logicalId,
        ResourceProperties: asTexts(resource.properties),
        ...(previous !== undefined && { PhysicalResourceId: previous.physicalId }),
        ...(kind === 'Update' && previous !== undefined && { OldResourceProperties: asTexts(previous.properties) }),
      };
      const answer = await listener.answerTo(() => functions.invoke(serviceToken, event), timeoutOf(resource.properties));
      if (answer.status !== 'SUCCESS')
        throw new Error(`its function refused to ${kind.toLowerCase()} it: ${answer.reason || 'it gave no reason'}`);
      return answer;
    } finally {
      await listener.close();
    }
  };
  /** As in CloudFormation, a removal that fails leaves the thing behind and ends nothing: its function may have gone with the template. */
  const remove = async (resource: AppliedResource): Promise<void> => {
    await send({ kind: 'Delete', resource, previous: resource }).catch((error: Error) => {
      context.log('warn', `${resource.type} ${resource.logicalId} is left behind: ${error.message}`);
    });
  };
  const apply = async (resource: Resource, previous: AppliedResource | undefined): Promise<ResourceState> => {
    if (previous !== undefined && isDeepStrictEqual(previous.properties, resource.properties)) {
      return { physicalId: previous.physicalId, attributes: previous.attributes };
    }
    const answer = await send({
      kind: previous === undefined ? 'Create' : 'Update',
      resource,
      ...(previous !== undefined && { previous }),
    });
    const physicalId = answer.physicalId ?? previous?.physicalId ?? resource.generatedName;
    // Another physical id means that the function made another thing: CloudFormation then has it delete the old one.
    if (previous !== undefined && previous.physicalId !== physicalId) await remove(previous);
    return { physicalId, attributes: answer.data };
  };
  const handler = { replacedBy: ['ServiceToken'], apply, remove };
  return { types: { 'AWS::CloudFormation::CustomResource': handler, 'Custom::*': handler } };
}

function timeoutOf(properties: Properties): number {
  return Math.min((numberOf(properties['ServiceTimeout']) ?? DEFAULT_TIMEOUT_SECONDS) * 1000, MAX_WAIT_MS);
}

/** CloudFormation hands numbers and booleans over as strings. */
function asTexts(value: Value): Value {
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, asTexts(entry)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

interface AnswerListener {
  readonly url: string;
  /** @throws Error when the function fails, or ends without an answer, or takes too long */
  answerTo(invoke: () => Promise<unknown>, timeoutMs: number): Promise<Answer>;
  close(): Promise<void>;
}

/** Stands for the presigned S3 URL: one PUT, by whoever knows the path. */
async function listenForAnswer(): Promise<AnswerListener> {
  const path = `/${randomUUID()}`;
  const answered = Promise.withResolvers<Answer>();
  answered.promise.catch(() => undefined);
  const server = createServer((request, response) => {
    if (request.method !== 'PUT' || request.url !== path) return void response.writeHead(403).end();
    readAnswer(request).then(answered.resolve, answered.reject);
    request.once('end', () => response.writeHead(200, { connection: 'close' }).end());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    answerTo: async (invoke, timeoutMs) => {
      const over = new AbortController();
      const invoking = invoke();
      const failed = async (): Promise<never> => {
        await invoking;
        await delay(ANSWER_GRACE_MS, undefined, { signal: over.signal });
        throw new Error('its function returned without answering to ResponseURL');
      };
      const late = async (): Promise<never> => {
        await delay(timeoutMs, undefined, { signal: over.signal });
        throw new Error(`its function has not answered within ${timeoutMs / 1000} s`);
      };
      try {
        const answer = await Promise.race([answered.promise, failed(), late()]);
        // It closes its connections yet; when it has ended, the next resource gets the same, warm sandbox.
        await Promise.race([invoking.catch(() => undefined), delay(ANSWER_GRACE_MS, undefined, { signal: over.signal })]);
        return answer;
      } finally {
        over.abort();
      }
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

async function readAnswer(request: IncomingMessage): Promise<Answer> {
  const body = recordOf(JSON.parse(await text(request)) as Value);
  return {
    status: String(body['Status']),
    reason: typeof body['Reason'] === 'string' ? body['Reason'] : '',
    physicalId: typeof body['PhysicalResourceId'] === 'string' ? body['PhysicalResourceId'] : undefined,
    data: recordOf(body['Data']),
  };
}
