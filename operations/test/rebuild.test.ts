import type { Message } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { idsOf, type Operations, type RunningCommand, startOperations, toBody } from './harness.ts';
import { DENIED, type SqsProxy, startSqsProxy } from './sqs-proxy.ts';

const DELETED = 'catalog.item.deleted.v1';
const QUEUE = 'jobs-projection-events';
const COMMANDS = 'jobs-projection-commands';
const EMPTY = 'jobs.empty-projection.v1';
const REBUILT = 'jobs.projection-rebuilt.v1';
const FROM_NOTHING = ['--to-queue', QUEUE, '--from-nothing', '--yes', '--archive-lag', '1s', '--json'];
const RESTART = `npm run replay -- --to-queue ${QUEUE} --from-nothing`;
const ID = '0190a1b2-0000-7000-8000-000000000000';
/** Commands wait a few seconds at several places. */
const TIMEOUT_MS = 120_000;

interface Command {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const parseCommand = (message: Message | undefined): Command => JSON.parse(message?.Body ?? '{}') as Command;

describe('npm run replay -- --from-nothing', () => {
  let operations: Operations;
  let sqs: SqsProxy;

  beforeAll(async () => {
    operations = await startOperations();
    sqs = await startSqsProxy(operations.broker.endpoint);
    const events = ['one', 'two', 'three'].map((id) => toBody(id, DELETED, { itemId: ID, ownerId: ID, sku: 'sku', version: 2 }));
    await operations.archive('catalog', '2025/11/22/12', events);
  });
  afterAll(async () => {
    await sqs.stop();
    await operations.stop();
  });
  afterEach(async () => {
    sqs.intercept(undefined);
    operations.routeSqs(undefined);
    for (const name of [QUEUE, `${QUEUE}-dlq`, COMMANDS, `${COMMANDS}-dlq`] as const)
      await waitFor(async () => (await operations.takeAll(name), operations.depth(name) === 0));
  });

  const start = (...words: readonly string[]): RunningCommand => operations.start('replay', ...(words.length === 0 ? FROM_NOTHING : words));
  /** The next command, as its consumer takes it. */
  async function takeCommand(): Promise<Command> {
    await waitFor(() => operations.depth(COMMANDS) === 1);
    return parseCommand((await operations.takeAll(COMMANDS))[0]);
  }
  const untilSent = () => waitFor(() => operations.depth(QUEUE) === 3);

  it(
    'empties, sends all of history, and says that the projection is whole once that has been handled',
    async () => {
      const { ended } = start();
      const empty = await takeCommand();
      expect(empty).toMatchObject({ type: EMPTY, data: {}, source: '/torii/operator' });
      expect(operations.depth(QUEUE)).toBe(0);
      await untilSent();
      expect(operations.depth(COMMANDS)).toBe(0);
      expect(idsOf(await operations.takeAll(QUEUE))).toEqual(['one', 'three', 'two']);
      expect(await takeCommand()).toMatchObject({ type: REBUILT, data: { emptiedBy: empty.id }, source: '/torii/operator' });
      const { code, stdout } = await ended;
      expect({ code, report: JSON.parse(stdout) as unknown }).toEqual({
        code: 0,
        report: expect.objectContaining({ sent: 3, failed: [] }),
      });
    },
    TIMEOUT_MS,
  );

  it(
    'deletes its own dead letter and no other, so that nobody redrives it one day',
    async () => {
      const { ended } = start();
      const { id } = await takeCommand();
      await operations.addDeadLetters(COMMANDS, [
        { body: toBody(id, EMPTY, {}), failure: { reason: 'COMMAND_TOO_OLD', lastError: 'Error: too old' } },
        { body: toBody('other', EMPTY, {}), failure: { reason: 'attempts-exhausted' } },
      ]);
      const { code, stderr } = await ended;
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Nothing was replayed') });
      expect(stderr).toContain('COMMAND_TOO_OLD: Error: too old');
      expect(operations.depth(QUEUE)).toBe(0);
      expect(operations.depth(`${COMMANDS}-dlq`)).toBe(1);
    },
    TIMEOUT_MS,
  );

  it(
    'does not believe that its command is gone while somebody holds dead letters',
    async () => {
      const { ReceiveMessageCommand } = await import('@aws-sdk/client-sqs');
      const { ended } = start();
      const { id } = await takeCommand();
      await operations.addDeadLetters(COMMANDS, [{ body: toBody(id, EMPTY, {}), failure: { reason: 'COMMAND_TOO_OLD' } }]);
      const url = operations.queueUrl(`${COMMANDS}-dlq`);
      await operations.broker.sqs.send(new ReceiveMessageCommand({ QueueUrl: url, VisibilityTimeout: 5 }));
      expect(await ended).toMatchObject({ code: 1, stderr: expect.stringContaining('Nothing was replayed') });
      expect([operations.depth(QUEUE), operations.depth(`${COMMANDS}-dlq`)]).toEqual([0, 0]);
    },
    TIMEOUT_MS,
  );

  it(
    'does not take a queue for empty that only looks so at first',
    async () => {
      operations.routeSqs(sqs.url);
      const looks: string[] = [];
      const lateFrom = { sent: Number.POSITIVE_INFINITY };
      sqs.intercept(async ({ operation, input, forward }) => {
        if (operation === 'SendMessage') lateFrom.sent = performance.now();
        const isLate =
          operation === 'GetQueueAttributes' && String(input['QueueUrl']).endsWith(COMMANDS) && performance.now() - lateFrom.sent < 2_000;
        if (!isLate) return forward();
        looks.push('empty');
        return { status: 200, body: { Attributes: {} } };
      });
      const { ended } = start();
      await waitFor(() => performance.now() - lateFrom.sent > 4_500);
      expect(looks.length).toBeGreaterThan(3);
      expect([operations.depth(COMMANDS), operations.depth(QUEUE)]).toEqual([1, 0]);
      await takeCommand();
      await untilSent();
      await operations.takeAll(QUEUE);
      expect((await ended).code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'says how to begin again when it is interrupted before history is sent',
    async () => {
      const { process: command, ended } = start(...FROM_NOTHING, '--rate', '50');
      await waitFor(() => operations.depth(COMMANDS) === 1);
      command.kill('SIGINT');
      const { code, stderr } = await ended;
      expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining(`may be empty by now`) });
      expect(stderr).toContain(`${RESTART} --rate 50\n`);
    },
    TIMEOUT_MS,
  );

  it(
    'says how to begin again when it fails before history is sent',
    async () => {
      operations.routeSqs(sqs.url);
      let isOut = false;
      sqs.intercept(({ operation, forward }) => {
        isOut ||= operation === 'SendMessage';
        return isOut && operation === 'GetQueueAttributes' ? DENIED : forward();
      });
      const { code, stderr } = await operations.run('replay', ...FROM_NOTHING);
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(RESTART) });
      expect(stderr).toContain('no longer allowed');
    },
    TIMEOUT_MS,
  );

  it(
    'is continued after an interruption by what it prints, and ended by that',
    async () => {
      const { process: command, ended } = start();
      const empty = await takeCommand();
      await untilSent();
      command.kill('SIGINT');
      const { code, stderr } = await ended;
      const words = /npm run replay -- (--to-queue .*)/.exec(stderr)?.[1]?.split(' ') ?? [];
      expect({ code, words }).toEqual({
        code: 130,
        words: ['--to-queue', QUEUE, '--replay-id', expect.stringMatching(/^[a-z0-9]+$/), '--rebuild', empty.id],
      });
      await operations.takeAll(QUEUE);
      const continued = start(...words);
      await untilSent();
      expect(operations.depth(COMMANDS)).toBe(0);
      await operations.takeAll(QUEUE);
      expect(await takeCommand()).toMatchObject({ type: REBUILT, data: { emptiedBy: empty.id } });
      expect((await continued.ended).code).toBe(0);
    },
    TIMEOUT_MS,
  );

  it(
    'does not call a projection whole that an event is missing from',
    async () => {
      operations.routeSqs(sqs.url);
      sqs.intercept(async ({ operation, input, forward }) => {
        if (operation !== 'SendMessageBatch') return forward();
        const [refused, ...entries] = input['Entries'] as { Id: string }[];
        const { status, body } = await forward({ ...input, Entries: entries });
        return { status, body: { ...body, Failed: [{ Id: refused?.Id, SenderFault: true, Code: 'InvalidMessageContents' }] } };
      });
      const { ended } = start();
      const { id } = await takeCommand();
      await waitFor(() => operations.depth(QUEUE) === 2);
      await operations.takeAll(QUEUE);
      const { code, stderr } = await ended;
      expect({ code, commands: operations.depth(COMMANDS) }).toEqual({ code: 1, commands: 0 });
      expect(stderr).toContain('The projection is not whole');
      expect(stderr).toContain(`--rebuild ${id}`);
    },
    TIMEOUT_MS,
  );

  it(
    'does not call a projection whole while an event of the replay is a dead letter; others are no matter of it',
    async () => {
      const { ended } = start();
      await takeCommand();
      await untilSent();
      const [lost] = await operations.takeAll(QUEUE);
      const replay = lost?.MessageAttributes?.['replay']?.StringValue ?? '';
      await operations.addDeadLetters(QUEUE, [
        { body: lost?.Body ?? '', failure: { reason: 'attempts-exhausted' }, attributes: { replay } },
        { body: toBody('live', DELETED, {}), failure: { reason: 'invalid-data' } },
        { body: lost?.Body ?? '', failure: { reason: 'invalid-data' }, attributes: { replay: 'another00001' } },
      ]);
      const { code, stderr } = await ended;
      expect({ code, commands: operations.depth(COMMANDS) }).toEqual({ code: 1, commands: 0 });
      expect(stderr).toContain(`1 event of this replay can be found among the dead letters of ${QUEUE} (attempts-exhausted)`);
      expect(stderr).toContain(`--replay-id ${replay} --rebuild`);
      expect(operations.depth(`${QUEUE}-dlq`)).toBe(3);
    },
    TIMEOUT_MS,
  );

  it(
    'knows how many events went when SQS goes away in the middle of a batch',
    async () => {
      operations.routeSqs(sqs.url);
      let batches = 0;
      sqs.intercept(async ({ operation, input, forward }) => {
        if (operation !== 'SendMessageBatch') return forward();
        batches += 1;
        if (batches > 1) return DENIED;
        const [first, ...others] = input['Entries'] as { Id: string }[];
        const { status, body } = await forward({ ...input, Entries: [first] });
        return { status, body: { ...body, Failed: others.map(({ Id }) => ({ Id, SenderFault: false, Code: 'InternalError' })) } };
      });
      const { code, stderr } = await operations.run('replay', '--to-queue', QUEUE, '--from', '2025-11-22', '--to', '2025-11-23');
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no longer allowed') });
      expect([batches, operations.depth(QUEUE)]).toEqual([2, 1]);
    },
    TIMEOUT_MS,
  );

  it('asks before it empties, and says what waits meanwhile', async () => {
    const { code, stderr } = await operations.run('replay', '--to-queue', QUEUE, '--from-nothing');
    expect({ code, commands: operations.depth(COMMANDS) }).toEqual({ code: 2, commands: 0 });
    expect(stderr).toContain('the projection has a part only, and exports wait');
  });

  it.each([
    ['a part of a projection', ['--from-nothing', '--from', '2h'], 'needs every event'],
    ['to continue what it would erase', ['--from-nothing', '--replay-id', 'abcdefgh'], 'would be erased'],
    ['to continue without the id of the replay', ['--rebuild', ID], 'with --replay-id'],
    ['to continue what is no rebuild', ['--rebuild', 'mine', '--replay-id', 'abcdefgh'], 'Copy both'],
    ['to continue with a part', ['--rebuild', ID, '--replay-id', 'abcdefgh', '--type', DELETED], 'needs every event'],
  ])('refuses %s', async (_what, words, why) => {
    const { code, stderr } = await operations.run('replay', '--to-queue', QUEUE, ...words);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(why) });
  });
});
