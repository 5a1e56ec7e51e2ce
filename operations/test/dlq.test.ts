import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { idsOf, type Letter, type Operations, startOperations, toBody } from './harness.ts';
import { DENIED, startSqsProxy } from './sqs-proxy.ts';

const DELETED = 'catalog.item.deleted.v1';
const TRACEPARENT = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01';

const failed = (reason: string, agoMs = 0): Letter['failure'] => ({
  reason,
  attempts: 5,
  firstError: 'Error: first',
  lastError: 'Error: last',
  traceId: '0123456789abcdef0123456789abcdef',
  consumer: 'catalog',
  failedAt: new Date(Date.now() - agoMs).toISOString(),
});
const letters = (count: number, reason = 'attempts-exhausted', prefix = 'm'): readonly Letter[] =>
  Array.from({ length: count }, (_none, number) => ({
    body: toBody(`${prefix}-${number}`, DELETED, { number }),
    failure: failed(reason),
    attributes: { type: DELETED, traceparent: TRACEPARENT },
  }));

describe('npm run dlq', () => {
  let operations: Operations;
  const url = (name: 'catalog-events' | 'catalog-events-dlq' | 'schedules-dlq') => operations.queueUrl(name);
  const parse = (text: string): unknown => JSON.parse(text);

  beforeAll(async () => {
    operations = await startOperations();
  });
  afterAll(() => operations.stop());
  // A command gives messages back a second later.
  afterEach(async () => {
    for (const name of ['catalog-events', 'catalog-events-dlq', 'jobs-events', 'jobs-events-dlq', 'identity-commands-dlq'] as const)
      await waitFor(async () => (await operations.takeAll(name), operations.depth(name) === 0));
  });

  describe('list', () => {
    it('counts what lies in each dead-letter queue by type and reason, and gives it back', async () => {
      await operations.addDeadLetters('catalog-events', [...letters(2), { body: 'no json', failure: failed('not-json') }]);
      await operations.addDeadLetters('jobs-events', [{ body: toBody('lost', 'catalog.import-batch.applied.v1', {}) }]);
      for (const _time of ['first', 'second']) {
        const { code, stdout } = await operations.run('dlq', 'list', '--json');
        expect(code).toBe(0);
        expect(parse(stdout)).toMatchObject({
          queues: expect.arrayContaining([
            expect.objectContaining({
              queue: 'catalog-events-dlq',
              depth: 3,
              groups: [
                { type: DELETED, reason: 'attempts-exhausted', count: 2 },
                { type: '(no type)', reason: 'not-json', count: 1 },
              ],
            }),
            expect.objectContaining({
              queue: 'jobs-events-dlq',
              groups: [{ type: 'catalog.import-batch.applied.v1', reason: 'receive-count-exceeded', count: 1 }],
            }),
            expect.objectContaining({ queue: 'identity-commands-dlq', depth: 0, oldestAgeSeconds: null, groups: [] }),
          ]),
        });
        await visible('catalog-events-dlq', 3);
      }
    });

    it('shows the messages of one queue, chosen by age', async () => {
      await operations.addDeadLetters('catalog-events', [
        { body: toBody('old', DELETED, {}), failure: failed('attempts-exhausted', 3 * 3_600_000) },
        { body: toBody('young', DELETED, {}), failure: failed('invalid-data') },
      ]);
      const { stdout } = await operations.run('dlq', 'list', '--queue', 'catalog-events', '--older-than', '2h');
      expect(stdout).toMatch(/^old +catalog-events +catalog\.item\.deleted\.v1 +subject-1 +3 h +5 +attempts-exhausted$/m);
      expect(stdout).not.toContain('young');
    });

    it('reads a thousand messages, each once', async () => {
      await operations.addDeadLetters('catalog-events', letters(1_000));
      const { stdout } = await operations.run('dlq', 'list', '--queue', 'catalog-events', '--json');
      const { messages } = parse(stdout) as { messages: { id: string }[] };
      expect(new Set(messages.map(({ id }) => id)).size).toBe(1_000);
      expect(messages).toHaveLength(1_000);
    });
  });

  describe('what EventBridge could not bring', () => {
    const event = JSON.stringify({ id: 'event-1', 'detail-type': 'Scheduled Event', detail: {} });
    const attributes = {
      ERROR_CODE: 'NO_PERMISSIONS',
      ERROR_MESSAGE: 'Lack of permissions to invoke cross account target.',
      RETRY_ATTEMPTS: '0',
    };

    it('is listed with what AWS said, purged, and never sent to a queue', async () => {
      await operations.addDeadLetters('schedules', [{ body: event, attributes }]);
      const { stdout } = await operations.run('dlq', 'list', '--queue', 'schedules', '--json');
      expect(parse(stdout)).toMatchObject({ messages: [{ id: 'event-1', queue: 'schedules', reason: 'NO_PERMISSIONS', attempts: 1 }] });
      await visible('schedules-dlq', 1);
      expect((await operations.run('dlq', 'redrive', '--all', '--yes')).stdout).toContain('Nothing matches');
      expect(await operations.run('dlq', 'redrive', '--queue', 'schedules', '--yes')).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('no consumer takes it'),
      });
      expect((await operations.run('dlq', 'purge', '--queue', 'schedules', '--yes')).stdout).toContain('Deleted: 1 message.');
      expect(operations.depth('schedules-dlq')).toBe(0);
    });
  });

  describe('show', () => {
    it('masks what contracts mark and what looks personal, and says why and where to look', async () => {
      const data = { userId: 'u', email: 'ada@example.com', displayName: 'Ada', locale: 'en', note: 'call +81 90 1234 5678' };
      await operations.addDeadLetters('identity-commands', [
        {
          body: toBody('person', 'identity.register-user.v1', data),
          failure: failed('invalid-data'),
          attributes: { traceparent: TRACEPARENT },
        },
      ]);
      const { code, stdout } = await operations.run('dlq', 'show', '--id', 'person');
      expect(code).toBe(0);
      expect(stdout).toContain('"email": "[masked]"');
      expect(stdout).toContain('"displayName": "[masked]"');
      expect(stdout).toContain('"note": "call [masked phone]"');
      expect(stdout).toContain('"lastError": "Error: last"');
      expect(stdout).toContain('http://localhost:8002/traces/0123456789abcdef0123456789abcdef');
      expect(stdout).not.toMatch(/Ada|ada@|1234 5678/);
    });

    it('shows a body that is no JSON by pattern, without letting it command the terminal', async () => {
      await operations.addDeadLetters('catalog-events', [
        { body: 'to bob@example.com', failure: { reason: 'not-json\u001b[2J', attempts: 1 } },
      ]);
      const { stdout } = await operations.run('dlq', 'list', '--queue', 'catalog-events', '--json');
      const { messages } = parse(stdout) as { messages: { id: string }[] };
      await visible('catalog-events-dlq', 1);
      const shown = await operations.run('dlq', 'show', '--id', messages[0]?.id ?? '');
      expect(shown.stdout).toContain('to [masked e-mail]');
      expect(shown.stdout).toContain('not-json\\u001b[2J');
      expect(shown.stdout).not.toContain('\u001b');
    });

    it('says that a message is nowhere', async () => {
      const { code, stderr } = await operations.run('dlq', 'show', '--id', 'nobody');
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('no dead-letter queue of the platform on this machine'),
      });
    });
  });

  describe('redrive', () => {
    it('sends what matches back, with its attributes and a mark in place of the failure, and leaves the rest', async () => {
      await operations.addDeadLetters('catalog-events', [...letters(12), ...letters(3, 'invalid-data', 'bad')]);
      const { code, stdout } = await operations.run('dlq', 'redrive', '--reason', 'attempts-exhausted', '--yes', '--json');
      expect(code).toBe(0);
      expect(parse(stdout)).toMatchObject({ sent: 12, failed: [], lapsed: 0, undeleted: 0 });
      const back = await operations.takeAll('catalog-events');
      expect(idsOf(back)).toEqual(idsOf(letters(12).map(({ body }) => ({ Body: body }))));
      expect(back[0]?.MessageAttributes).toEqual({
        type: { DataType: 'String', StringValue: DELETED },
        traceparent: { DataType: 'String', StringValue: TRACEPARENT },
        redriven: { DataType: 'String', StringValue: '1' },
      });
      expect(operations.depth('catalog-events-dlq')).toBe(3);
    });

    it('marks what comes back for the second time once', async () => {
      await operations.addDeadLetters('catalog-events', [{ body: toBody('again', DELETED, {}), attributes: { redriven: '1' } }]);
      expect((await operations.run('dlq', 'redrive', '--all', '--yes')).code).toBe(0);
      const [message] = await operations.takeAll('catalog-events');
      expect(message?.MessageAttributes).toEqual({ redriven: { DataType: 'String', StringValue: '1' } });
    });

    it('chooses by id', async () => {
      await operations.addDeadLetters('catalog-events', letters(3));
      await operations.run('dlq', 'redrive', '--id', 'm-1', '--yes');
      expect(idsOf(await operations.takeAll('catalog-events'))).toEqual(['m-1']);
    });

    it('shows each message and sends nothing in a dry run', async () => {
      await operations.addDeadLetters('catalog-events', letters(2));
      const { code, stdout } = await operations.run('dlq', 'redrive', '--all', '--dry-run');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^m-0 .*\nm-1 /m);
      expect([operations.depth('catalog-events'), operations.depth('catalog-events-dlq')]).toEqual([0, 2]);
    });

    it('does nothing when nobody can be asked', async () => {
      await operations.addDeadLetters('catalog-events', letters(1));
      const { code, stderr } = await operations.run('dlq', 'redrive', '--all');
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('add --yes') });
      expect([operations.depth('catalog-events'), operations.depth('catalog-events-dlq')]).toEqual([0, 1]);
    });

    it.each([
      ['yes', 0, 0],
      ['no', 1, 1],
    ])('asks at a terminal, and does as it is told: %s', async (answer, exitCode, left) => {
      await operations.addDeadLetters('catalog-events', letters(1));
      const { code, stdout } = await operations.runAndAnswer(answer, 'dlq', 'redrive', '--all');
      expect({ code, left: operations.depth('catalog-events-dlq') }).toEqual({ code: exitCode, left });
      expect(stdout).toMatch(/^catalog-events +1 +\d+ s +catalog\.item\.deleted\.v1 +attempts-exhausted$/m);
    });

    it('keeps to its rate', async () => {
      await operations.addDeadLetters('catalog-events', letters(6));
      const startedAt = performance.now();
      await operations.run('dlq', 'redrive', '--all', '--yes', '--rate', '3');
      expect(performance.now() - startedAt).toBeGreaterThan(1_000);
      expect(operations.depth('catalog-events')).toBe(6);
    });

    it('tells which messages SQS refuses, and keeps them', async () => {
      operations.broker.createQueue('torii-dev-catalog-events', { MaximumMessageSize: '1024' });
      const large: Letter = { body: toBody('large', DELETED, { text: 'x'.repeat(2_000) }), failure: failed('attempts-exhausted') };
      await operations.addDeadLetters('catalog-events', [...letters(4), large]);
      const { code, stdout } = await operations.run('dlq', 'redrive', '--all', '--yes', '--json');
      operations.broker.createQueue('torii-dev-catalog-events');
      expect(code).toBe(1);
      expect(parse(stdout)).toMatchObject({ sent: 4, failed: [{ id: 'large', why: expect.stringContaining('1024 bytes') }] });
      await visible('catalog-events-dlq', 1);
      expect(idsOf(await operations.takeAll('catalog-events-dlq'))).toEqual(['large']);
    });

    it('deletes what was sent, and nothing else, when SQS goes away in the middle of a batch', async () => {
      await operations.addDeadLetters('catalog-events', letters(10));
      const sqs = await startSqsProxy(operations.broker.endpoint);
      let batches = 0;
      sqs.intercept(async ({ operation, input, forward }) => {
        if (operation !== 'SendMessageBatch') return forward();
        batches += 1;
        if (batches > 1) return DENIED;
        const entries = input['Entries'] as { Id: string }[];
        const { status, body } = await forward({ ...input, Entries: entries.slice(0, 6) });
        const Failed = entries.slice(6).map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' }));
        return { status, body: { ...body, Failed } };
      });
      operations.routeSqs(sqs.url);
      const { code, stdout } = await operations.run('dlq', 'redrive', '--all', '--yes', '--json');
      operations.routeSqs(undefined);
      await sqs.stop();
      expect({ code, batches }).toEqual({ code: 1, batches: 2 });
      expect(parse(stdout)).toMatchObject({ sent: 6, failed: [], undeleted: 0, error: expect.stringContaining('no longer allowed') });
      await visible('catalog-events-dlq', 4);
      expect((await operations.run('dlq', 'redrive', '--all', '--yes')).code).toBe(0);
      expect(idsOf(await operations.takeAll('catalog-events'))).toEqual(idsOf(letters(10).map(({ body }) => ({ Body: body }))));
    });

    it('loses nothing when it is killed in the middle', async () => {
      await operations.addDeadLetters('catalog-events', letters(60));
      const { process: command, ended } = operations.start('dlq', 'redrive', '--all', '--yes', '--rate', '30', '--hold', '5');
      await waitFor(() => operations.depth('catalog-events') >= 20);
      command.kill('SIGKILL');
      await ended;
      // The hold is over after five seconds, and the rest can be redriven.
      await visible('catalog-events-dlq', operations.depth('catalog-events-dlq'));
      expect((await operations.run('dlq', 'redrive', '--all', '--yes')).code).toBe(0);
      expect(operations.depth('catalog-events-dlq')).toBe(0);
      const back = idsOf(await operations.takeAll('catalog-events'));
      expect([...new Set(back)]).toEqual(idsOf(letters(60).map(({ body }) => ({ Body: body }))));
    });

    it('gives everything back when it is interrupted', async () => {
      await operations.addDeadLetters('catalog-events', letters(40));
      const { process: command, ended } = operations.start('dlq', 'redrive', '--all', '--yes', '--rate', '10');
      await waitFor(() => operations.depth('catalog-events') >= 10);
      command.kill('SIGINT');
      const { code, stdout } = await ended;
      expect({ code, stdout }).toEqual({ code: 130, stdout: expect.stringContaining('Interrupted') });
      const left = operations.depth('catalog-events-dlq');
      expect(left + operations.depth('catalog-events')).toBe(40);
      await visible('catalog-events-dlq', left);
    });

    it('lets two operators work at once', async () => {
      await operations.addDeadLetters('catalog-events', letters(200));
      const results = await Promise.all([
        operations.run('dlq', 'redrive', '--all', '--yes', '--json'),
        operations.run('dlq', 'redrive', '--all', '--yes', '--json'),
      ]);
      const sent = results.map(({ stdout }) => (parse(stdout) as { sent: number }).sent);
      expect(sent.reduce((sum, count) => sum + count)).toBe(200);
      expect(new Set(idsOf(await operations.takeAll('catalog-events'))).size).toBe(200);
    });

    it('holds on for as long as it takes', async () => {
      await operations.addDeadLetters('catalog-events', letters(40));
      const { stdout } = await operations.run('dlq', 'redrive', '--all', '--yes', '--rate', '5', '--hold', '5', '--json');
      expect(parse(stdout)).toMatchObject({ sent: 40, failed: [], lapsed: 0 });
    });
  });

  describe('purge', () => {
    it('deletes what matches, saved before, and nothing else', async () => {
      await operations.addDeadLetters('catalog-events', [...letters(25), ...letters(2, 'invalid-data', 'bad')]);
      const file = join(operations.home, 'purged.ndjson');
      const words = ['purge', '--queue', 'catalog-events', '--reason', 'attempts-exhausted', '--save', file];
      expect((await operations.run('dlq', ...words)).code).toBe(2);
      const { code, stdout } = await operations.run('dlq', ...words, '--yes');
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Deleted: 25 messages.') });
      expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(25);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(operations.depth('catalog-events-dlq')).toBe(2);
    });

    it.each([
      ['catalog-events-dlq', 0, 0],
      ['yes', 1, 1],
    ])('asks for the name of the queue: %s', async (answer, exitCode, left) => {
      await operations.addDeadLetters('catalog-events', letters(1));
      const { code } = await operations.runAndAnswer(answer, 'dlq', 'purge', '--queue', 'catalog-events');
      expect({ code, left: operations.depth('catalog-events-dlq') }).toEqual({ code: exitCode, left });
    });

    it('deletes nothing that it cannot save', async () => {
      await operations.addDeadLetters('catalog-events', letters(1));
      const file = join(operations.home, 'there.ndjson');
      writeFileSync(file, 'mine');
      const { code, stderr } = await operations.run('dlq', 'purge', '--queue', 'catalog-events', '--save', file, '--yes');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Nothing was deleted') });
      expect(operations.depth('catalog-events-dlq')).toBe(1);
    });
  });

  describe('in AWS', () => {
    const aws = ['--env', 'dev', '--region', 'eu-west-1'];

    it('is the same, and names account and region', async () => {
      await operations.addDeadLetters('catalog-events', letters(1));
      const { stdout } = await operations.startInAws('dlq', 'list', '--queue', 'catalog-events', ...aws).ended;
      expect(stdout).toMatch(/^1 dead letter in AWS, stage dev, account 222222222222, eu-west-1$/m);
      await visible('catalog-events-dlq', 1);
      const shown = await operations.startInAws('dlq', 'show', '--id', 'm-0', ...aws).ended;
      expect(shown.stdout).toContain('home?region=eu-west-1#xray:traces/1-01234567-89abcdef0123456789abcdef');
    });

    it.each([
      ['a stage that is not there', ['--env', 'nowhere', '--region', 'eu-west-1'], 'check --env, --profile and --region'],
      ['no region', ['--env', 'dev'], 'Add --region, or set it in the profile'],
      ['a profile that does not exist', [...aws, '--profile', 'nobody'], 'choose another --profile'],
    ])('says what to do about %s', async (_what, words, advice) => {
      const { code, stderr } = await operations.startInAws('dlq', 'list', ...words).ended;
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(advice) });
    });
  });

  /** Waits until nobody holds them any more. */
  async function visible(name: 'catalog-events-dlq' | 'schedules-dlq', count: number): Promise<void> {
    const { GetQueueAttributesCommand } = await import('@aws-sdk/client-sqs');
    const command = new GetQueueAttributesCommand({ QueueUrl: url(name), AttributeNames: ['ApproximateNumberOfMessages'] });
    await waitFor(async () => (await operations.broker.sqs.send(command)).Attributes?.ApproximateNumberOfMessages === String(count));
  }
});
