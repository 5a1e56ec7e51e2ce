import { afterEach, describe, expect, it } from '@jest/globals';
import { PublishBatchCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { SignatureV4 } from '@smithy/signature-v4';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { toServiceError } from '../src/index.ts';
import { sendDirectly } from '../src/aws/direct-calls.ts';
import { toSnsCall } from '../src/aws/sns-calls.ts';
import { toSqsCall } from '../src/aws/sqs-calls.ts';

// Against a server that looks closely: whoever makes a call, the SDK or the short way, it must be the same call.

const QueueUrl = 'https://sqs.eu-west-1.amazonaws.com/222222222222/torii-dev-jobs-events';
const TopicArn = 'arn:aws:sns:eu-west-1:222222222222:torii-dev-catalog';
const TIMEOUT_MS = 200;
const MessageAttributes = { type: { DataType: 'String', StringValue: 'catalog.item.changed.v2' } };

interface Seen {
  readonly request: IncomingMessage;
  readonly body: string;
  /** The SDK says who it is, the short way does not. */
  readonly isDirect: boolean;
}

type Answer = (response: ServerResponse) => void;

const servers: Server[] = [];
const clients: { destroy(): void }[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** @param answers one for each request; the last one stays */
async function startAws(
  ...answers: readonly [Answer, ...Answer[]]
): Promise<{ readonly endpoint: string; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ request, body, isDirect: request.headers['amz-sdk-invocation-id'] === undefined });
      (answers[seen.length - 1] ?? answers.at(-1))?.(response);
    });
  });
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { endpoint: `http://127.0.0.1:${address.port}`, seen };
}

const settings = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
});

function createSqs(endpoint: string): SQSClient {
  const toCall = (command: object) => toSqsCall(command, TIMEOUT_MS);
  const client = sendDirectly(new SQSClient({ ...settings(endpoint), md5: false }), { service: 'SQS', connectionTimeoutMs: 1000, toCall });
  clients.push(client);
  return client;
}

function createSns(endpoint: string): SNSClient {
  const toCall = (command: object) => toSnsCall(command, TIMEOUT_MS);
  const client = sendDirectly(new SNSClient(settings(endpoint)), { service: 'SNS', connectionTimeoutMs: 1000, toCall });
  clients.push(client);
  return client;
}

const json =
  (body: object, status = 200): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
const xml =
  (failed: string): Answer =>
  (response) =>
    response.writeHead(200, { 'content-type': 'text/xml' }).end(
      `<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful><member><Id>1</Id>
      <MessageId>m</MessageId></member></Successful>${failed}</PublishBatchResult></PublishBatchResponse>`,
    );
const member = (id: number) => `<member><Id>${id}</Id><Code>InternalFailure</Code><SenderFault>false</SenderFault></member>`;

const receive = () => new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0, MessageAttributeNames: ['All'] });

describe('a call by the short way', () => {
  it('is the same request as the SDK makes of it', async () => {
    const commands = [
      receive(),
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', ReceiptHandle: 'handle' }] }),
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '0', MessageBody: '{"name":"東京"}', MessageAttributes }] }),
      new SendMessageCommand({ QueueUrl, MessageBody: '{"name":"東京"}', MessageAttributes }),
    ];
    const aws = await startAws(json({}));
    const sqs = createSqs(aws.endpoint);
    for (const command of [receive(), ...commands]) await sqs.send(command as ReceiveMessageCommand);
    const plain = new SQSClient({ ...settings(aws.endpoint), md5: false });
    clients.push(plain);
    for (const command of commands) await plain.send(command as ReceiveMessageCommand);

    const [, ...others] = aws.seen;
    expect(others.map(({ isDirect }) => isDirect)).toEqual([true, true, true, true, false, false, false, false]);
    const [direct, bySdk] = [others.slice(0, 4), others.slice(4)].map((calls) =>
      calls.map(({ request, body }) => ({
        line: `${request.method} ${request.url}`,
        type: request.headers['content-type'],
        target: request.headers['x-amz-target'],
        host: request.headers.host,
        body: JSON.parse(body) as unknown,
      })),
    );
    expect(direct).toEqual(bySdk);
  });

  it('writes a form as the SDK does', async () => {
    const aws = await startAws(xml('<Failed/>'));
    const sns = createSns(aws.endpoint);
    const PublishBatchRequestEntries = [1, 2].map((id) => ({
      Id: String(id),
      Message: `{"text":"a&b=c d+e~!'()*% 東京 ${id}"}`,
      MessageAttributes,
    }));
    for (let call = 0; call < 2; call += 1) await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));

    expect(aws.seen.map(({ isDirect }) => isDirect)).toEqual([false, true]);
    const [bySdk, direct] = aws.seen.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));
    expect(direct).toEqual(bySdk);
  });

  it('is signed as the SDK would sign it, at the time that AWS has, with the credentials of now', async () => {
    const aws = await startAws(json({}));
    const sqs = createSqs(aws.endpoint);
    await sqs.send(receive());
    sqs.config.systemClockOffset = 3_600_000;
    await sqs.send(receive());

    const [, second] = aws.seen;
    if (second === undefined) throw new Error('There was no second call.');
    const { request, body } = second;
    const amzDate = String(request.headers['x-amz-date']);
    const date = amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    expect(Math.abs(Date.parse(date) - (Date.now() + 3_600_000))).toBeLessThan(60_000);
    expect(request.headers['x-amz-security-token']).toBe('session');
    const authorization = String(request.headers['authorization']);
    const names = /SignedHeaders=([^,]+)/.exec(authorization)?.[1]?.split(';') ?? [];
    expect(names).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token', 'x-amz-target']));
    const headers = Object.fromEntries(names.map((name) => [name, String(request.headers[name])]));
    const signer = new SignatureV4({
      credentials: settings('').credentials,
      region: 'eu-west-1',
      service: 'sqs',
      applyChecksum: false,
      sha256: Sha256,
    });
    const { protocol, hostname, port } = new URL(aws.endpoint);
    const unsigned = { method: 'POST', protocol, hostname, port: Number(port), path: '/', query: {}, headers, body };
    const signed = await signer.sign(unsigned, { signingDate: new Date(date) });
    expect(authorization).toBe(signed.headers['authorization']);
  });
});

/** What the SDK's signer asks for. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }
  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof chunk === 'string' ? chunk : bytesOf(chunk));
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

function bytesOf(source: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source);
}

describe('an answer to the short way', () => {
  it('is what the SDK reads from it, bytes too', async () => {
    const Messages = [
      {
        MessageId: 'm',
        ReceiptHandle: 'handle',
        Body: '{"quoted":"\\"BinaryValue\\""}',
        Attributes: { ApproximateReceiveCount: '1' },
        MessageAttributes: {
          ...MessageAttributes,
          bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]).toString('base64') },
        },
      },
    ];
    const aws = await startAws(json({ Messages }));
    const sqs = createSqs(aws.endpoint);
    const [bySdk, direct] = [await sqs.send(receive()), await sqs.send(receive())];
    expect(aws.seen[1]?.isDirect).toBe(true);
    const bytes = { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) };
    const expected = [{ ...Messages[0], MessageAttributes: { ...MessageAttributes, bytes } }];
    expect(bySdk.Messages).toEqual(expected);
    expect(direct.Messages).toEqual(expected);
  });

  it.each([
    ['', []],
    ['<Failed/>', []],
    ['<Failed></Failed>', []],
    [`<Failed>${member(7)}</Failed>`, ['7']],
    [`<Failed>${member(7)}${member(8)}</Failed>`, ['7', '8']],
  ])('tells which messages a topic refused: %s', async (failed, ids) => {
    const aws = await startAws(xml(failed));
    const sns = createSns(aws.endpoint);
    const send = () => sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: '7', Message: '{}' }] }));
    for (const answer of [await send(), await send()]) expect((answer.Failed ?? []).map(({ Id }) => Id)).toEqual(ids);
    expect(aws.seen[1]?.isDirect).toBe(true);
  });
});

describe('a call that is not plainly answered', () => {
  const away = json({ __type: 'com.amazonaws.sqs#ServiceUnavailable', message: 'later' }, 503);

  it('is made once more by the SDK, which knows what to do about errors', async () => {
    const aws = await startAws(json({}), away, json({ Messages: [{ MessageId: 'm' }] }));
    const sqs = createSqs(aws.endpoint);
    await sqs.send(receive());
    await expect(sqs.send(receive())).resolves.toMatchObject({ Messages: [{ MessageId: 'm' }] });
    expect(aws.seen.map(({ isDirect }) => isDirect)).toEqual([false, true, false]);
  });

  it('fails with the error of the SDK', async () => {
    const gone = json({ __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no such queue' }, 400);
    const aws = await startAws(json({}), gone);
    const sqs = createSqs(aws.endpoint);
    await sqs.send(receive());
    await expect(sqs.send(receive())).rejects.toMatchObject({ name: 'QueueDoesNotExist', $fault: 'client' });
  });

  it('whose connection breaks is made once more by the SDK', async () => {
    const aws = await startAws(json({}), (response) => response.destroy(), json({ Messages: [{ MessageId: 'm' }] }));
    const sqs = createSqs(aws.endpoint);
    await sqs.send(receive());
    await expect(sqs.send(receive())).resolves.toMatchObject({ Messages: [{ MessageId: 'm' }] });
  });

  it('is given up after its time, as something that passes', async () => {
    const aws = await startAws(json({}), () => {});
    const sqs = createSqs(aws.endpoint);
    await sqs.send(receive());
    const error: unknown = await sqs.send(receive()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TimeoutError', message: `SQS ReceiveMessage was not answered within ${TIMEOUT_MS} ms.` });
    expect(toServiceError(error)?.kind).toBe('unavailable');
    expect(aws.seen).toHaveLength(2);
  });

  it('ends when its caller gives it up', async () => {
    const aws = await startAws(json({}), () => {});
    const sqs = createSqs(aws.endpoint);
    await sqs.send(receive());
    const caller = new AbortController();
    const polling = sqs.send(receive(), { abortSignal: caller.signal });
    setTimeout(() => caller.abort(), 20);
    await expect(polling).rejects.toMatchObject({ name: 'AbortError' });
    expect(aws.seen).toHaveLength(2);
  });
});

describe('what the short way cannot write', () => {
  it("is the SDK's to send: bytes to a queue", async () => {
    const aws = await startAws(json({}));
    const sqs = createSqs(aws.endpoint);
    const bytes = { DataType: 'Binary', BinaryValue: Uint8Array.of(1) };
    const Entries = [{ Id: '0', MessageBody: '{}', MessageAttributes: { ...MessageAttributes, bytes } }];
    for (let call = 0; call < 2; call += 1) await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    expect(aws.seen.map(({ isDirect }) => isDirect)).toEqual([false, false]);
  });

  it.each([
    ['bytes', { MessageAttributes: { bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(1) } } }],
    ['a subject', { Subject: 'news' }],
  ])("is the SDK's to send: %s to a topic", async (_what, more) => {
    const aws = await startAws(xml('<Failed/>'));
    const sns = createSns(aws.endpoint);
    const PublishBatchRequestEntries = [{ Id: '0', Message: '{}', ...more }];
    for (let call = 0; call < 2; call += 1) await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    expect(aws.seen.map(({ isDirect }) => isDirect)).toEqual([false, false]);
  });
});
