import { randomUUID } from 'node:crypto';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPlatform } from '../src/journey.ts';
import { runCommand, runForJson } from '../src/operator-command.ts';
import type { PlatformFile } from '../src/platform.ts';
import { until } from '../src/until.ts';

interface Messages {
  readonly messages: readonly {
    readonly id: string;
    readonly reason: string;
    readonly attempts: number;
    readonly traceId: string | null;
  }[];
}

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const POISON = {
  specversion: '1.0',
  id: randomUUID(),
  source: '/torii/catalog',
  type: 'catalog.item.deleted.v1',
  subject: randomUUID(),
  time: new Date().toISOString(),
  datacontenttype: 'application/json',
  traceparent: `00-${TRACE_ID}-b7ad6b7169203331-01`,
  data: { itemId: 'no id', note: 'ask ada@example.com' },
};

describe('a poison message', () => {
  let platform: PlatformFile;
  let sqs: SQSClient;
  const list = () => runForJson<Messages>('dlq', 'list', '--queue', 'catalog-events', '--id', POISON.id);

  beforeAll(async () => {
    platform = openPlatform();
    sqs = new SQSClient({
      region: platform.region,
      endpoint: platform.endpoints.sqs,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'torii-dev-catalog-events' }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(POISON) }));
  });
  afterAll(() => sqs.destroy());

  it('is listed with its reason', async () => {
    await until('the dead letter', async () => (await list()).messages.length === 1);
    expect((await list()).messages).toEqual([
      expect.objectContaining({ id: POISON.id, reason: 'invalid-data', attempts: 1, traceId: TRACE_ID }),
    ]);
    expect((await runCommand('dlq', 'list')).stdout).toMatch(/^catalog-events-dlq +\d+ .*catalog\.item\.deleted\.v1 +invalid-data$/m);
  });

  it('is shown whole but masked, with the way to its trace', async () => {
    const { code, stdout } = await runCommand('dlq', 'show', '--id', POISON.id);
    expect(code).toBe(0);
    expect(stdout).toContain('"note": "ask [masked e-mail]"');
    expect(stdout).not.toContain('ada@example.com');
    expect(stdout).toContain(`${platform.console}/traces/${TRACE_ID}`);
  });

  it('is redriven, fails again, and comes back with its attempts counted on', async () => {
    expect((await runForJson<{ matched: number }>('dlq', 'redrive', '--id', POISON.id, '--dry-run')).matched).toBe(1);
    await until('the redrive', async () => (await runForJson<{ sent: number }>('dlq', 'redrive', '--id', POISON.id, '--yes')).sent === 1);
    await until('the dead letter again', async () => (await list()).messages[0]?.attempts === 2);
  });

  it('is purged, and only it', async () => {
    await until('the purge', async () => {
      const { code, stdout } = await runCommand('dlq', 'purge', '--queue', 'catalog-events', '--id', POISON.id, '--yes');
      return code === 0 && stdout.includes('Deleted: 1 message.');
    });
    expect((await list()).messages).toEqual([]);
  });
});
