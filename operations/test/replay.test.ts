import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '@torii/testing';
import { idsOf, type Operations, startOperations, toBody } from './harness.ts';
import { createRecordingConsumer } from './recording-consumer.ts';

const CREATED_V1 = 'catalog.item.created.v1';
const CREATED_V2 = 'catalog.item.created.v2';
const DELETED = 'catalog.item.deleted.v1';
const QUEUE = 'jobs-projection-events';
const TRACEPARENT = '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01';
const uuid = (number: number): string => `0190a1b2-0000-7000-8000-${String(number).padStart(12, '0')}`;
const deleted = (number: number): object => ({ itemId: uuid(number), ownerId: uuid(0), sku: 'sku', version: 2 });

describe('npm run replay', () => {
  let operations: Operations;
  let garbledKey = '';
  const replay = (...words: readonly string[]) => operations.run('replay', '--to-queue', QUEUE, ...words);
  const day = ['--from', '2025-11-22T12:00Z', '--to', '2025-11-22T13:00Z'];

  beforeAll(async () => {
    operations = await startOperations();
    await operations.archive('catalog', '2025/11/22/11', [toBody('early', DELETED, deleted(1), { time: '2025-11-22T11:59:59.999Z' })]);
    await operations.archive('catalog', '2025/11/22/12', [
      toBody('first', DELETED, deleted(2), { time: '2025-11-22T12:00:00.000Z' }),
      toBody('retired', CREATED_V1, {}, { time: '2025-11-22T12:10:00.000Z', subject: 'subject-2' }),
      toBody('traced', CREATED_V2, { name: 'a line separator: \u2028' }, { time: '2025-11-22T12:20:00.000Z', traceparent: TRACEPARENT }),
      toBody('price', 'catalog.item.price-changed.v1', {}, { time: '2025-11-22T12:20:00.000Z' }),
    ]);
    garbledKey = await operations.archive(
      'catalog',
      '2025/11/22/13',
      ['{}', '', toBody('last', DELETED, deleted(3), { time: '2025-11-22T13:00:00.000Z' }), '{"specversion":"1.0","id":"cut'],
      '',
    );
    await operations.archive('catalog', '2025/11/23/09', [toBody('late', DELETED, deleted(4), { time: '2025-11-22T12:30:00.000Z' })]);
    await operations.archive('catalog', '2025/11/24/09', [toBody('too-late', DELETED, deleted(5), { time: '2025-11-22T12:30:00.000Z' })]);
    await operations.archive('jobs', '2025/11/22/12', [toBody('stranger', 'jobs.job.failed.v1', {})]);
  });
  afterAll(() => operations.stop());
  afterEach(async () => {
    await waitFor(async () => (await operations.takeAll(QUEUE), operations.depth(QUEUE) === 0));
  });

  it("sends the queue's events of a time, byte for byte, however late they were archived", async () => {
    const { stdout } = await replay(...day, '--json');
    const events = await operations.takeAll(QUEUE);
    expect(idsOf(events)).toEqual(['first', 'last', 'late', 'retired', 'traced']);
    const traced = events.find(({ Body: body }) => body?.includes('"traced"'));
    expect(traced?.Body).toContain('a line separator: \u2028');
    expect(traced?.MessageAttributes).toEqual({
      type: { DataType: 'String', StringValue: CREATED_V2 },
      traceparent: { DataType: 'String', StringValue: TRACEPARENT },
      replay: { DataType: 'String', StringValue: expect.stringMatching(/^[a-z0-9]{8,16}$/) },
    });
    expect(JSON.parse(stdout)).toMatchObject({ sent: 5, failed: [] });
  });

  it('tells of lines that are no events, goes on, and ends with 1', async () => {
    const { code, stdout } = await replay(...day, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      garbled: [
        { key: garbledKey, line: 1, why: expect.stringContaining('no CloudEvents envelope') },
        { key: garbledKey, line: 4, why: 'it is no JSON, or was cut off' },
      ],
    });
  });

  it.each([
    ['by type, with the versions that became it', ['--type', CREATED_V2], ['retired', 'traced']],
    ['by a retired type alone', ['--type', CREATED_V1], ['retired']],
    ['by subject', ['--subject', 'subject-2'], ['retired']],
    ['that were archived soon', ['--late', '1h', '--type', DELETED], ['first', 'last']],
  ])('chooses events %s', async (_what, words, ids) => {
    await replay(...day, ...words);
    expect(idsOf(await operations.takeAll(QUEUE))).toEqual(ids);
  });

  it('counts by type and hour and sends nothing in a dry run', async () => {
    const { stdout } = await replay(...day, '--dry-run');
    expect(stdout).toMatch(/^2025-11-22T12:00Z +catalog\.item\.deleted\.v1 +2$/m);
    expect(stdout).toContain('Dry run: 5 of ');
    expect(operations.depth(QUEUE)).toBe(0);
  });

  it.each([
    ['a queue that is not rebuildable', ['--to-queue', 'catalog-events', '--from', '2h'], 1, 'not call it rebuildable'],
    ['a type that the queue does not take', ['--to-queue', QUEUE, '--from', '2h', '--type', 'jobs.job.failed.v1'], 1, 'does not handle it'],
    ['a command', ['--to-queue', QUEUE, '--from', '2h', '--type', 'jobs.empty-projection.v1'], 2, 'only events are archived'],
    ['a queue of commands', ['--to-queue', 'jobs-projection-commands', '--from', '2h'], 2, 'commands are not archived'],
    ['no beginning', ['--to-queue', QUEUE], 2, 'nothing says where history begins'],
    ['a time that is none', ['--to-queue', QUEUE, '--from', 'yesterday'], 2, '--from cannot be "yesterday"'],
  ])('refuses %s', async (_what, words, code, why) => {
    const result = await operations.run('replay', ...words);
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code, stderr: expect.stringContaining(why) });
    expect(operations.depth('catalog-events')).toBe(0);
  });

  it('finds the archive of a stage in AWS by its parameter', async () => {
    const words = ['--to-queue', QUEUE, ...day, '--dry-run', '--env', 'dev', '--region', 'eu-west-1'];
    expect((await operations.startInAws('replay', ...words).ended).stdout).toContain('Dry run: 5 of ');
  });

  it('prints what continues it when it is interrupted', async () => {
    const { process: command, ended } = operations.start('replay', '--to-queue', QUEUE, ...day, '--rate', '1', '--replay-id', 'stopped01');
    await waitFor(() => operations.depth(QUEUE) === 2);
    command.kill('SIGINT');
    const { code, stdout } = await ended;
    expect(code).toBe(130);
    expect(stdout).toContain(
      `npm run replay -- --to-queue ${QUEUE} --replay-id stopped01 --from 2025-11-22T12:00:00.000Z --to 2025-11-22T13:00:00.000Z --late 24h --rate 1\n`,
    );
  });

  it('takes effect once for each replay id at a consumer', async () => {
    const consumer = await createRecordingConsumer(operations, 'jobs-projection', QUEUE);
    await consumer.start();
    const deletions = [...day, '--type', DELETED, '--wait'];
    await replay(...deletions, '--replay-id', 'first0001');
    await replay(...deletions, '--replay-id', 'first0001');
    expect((await consumer.effects()).toSorted()).toEqual(['first', 'last', 'late']);
    await replay(...deletions, '--replay-id', 'second002');
    expect((await consumer.effects()).toSorted()).toEqual(['first', 'first', 'last', 'last', 'late', 'late']);
    await consumer.stop();
  });
});
