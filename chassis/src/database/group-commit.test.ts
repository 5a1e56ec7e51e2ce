import { describe, expect, it } from '@jest/globals';
import type { Transaction } from 'sequelize';
import { ServiceError } from '../errors/service-error.ts';
import { currentCorrelationId, withCorrelation } from '../telemetry/correlation.ts';
import type { Database } from './connect-database.ts';
import { type GroupOutcome, createGroupCommit, groupStatement, mapOutcome } from './group-commit.ts';

type Outcomes = readonly GroupOutcome<string>[];

/** A transaction whose statements have been asked for; the test says what becomes of them, and of the commit. */
interface Begun {
  readonly requests: readonly string[];
  readonly isRetried: boolean | undefined;
  readonly correlationId: string | undefined;
  readonly waitsForLocks: boolean;
  readonly written: PromiseWithResolvers<Outcomes>;
  readonly committed: PromiseWithResolvers<void>;
  /** Writes and commits every request. */
  succeed(): void;
}

function createStage(overrides: { readonly sizeOf?: (request: string) => number } = {}) {
  const begun: Begun[] = [];
  const slow: (() => void)[] = [];
  let retried: boolean | undefined;
  const transaction: Database['transaction'] = async (run, options) => {
    retried = options?.isRetried;
    const result = await run({} as Transaction);
    await begun.find(({ written }) => Reflect.get(written, 'outcomes') === result)?.committed.promise;
    return result;
  };
  const group = createGroupCommit<string, string>({
    database: { transaction },
    sizeOf: overrides.sizeOf ?? (() => 1),
    whenSlow: (callback) => {
      slow.push(callback);
      return () => void slow.splice(slow.indexOf(callback), 1);
    },
    write: async (tx, requests) => {
      const [written, committed] = [Promise.withResolvers<Outcomes>(), Promise.withResolvers<void>()];
      const succeed = (): void => {
        written.resolve(requests.map((request) => ({ value: `${request} done` })));
        committed.resolve();
      };
      const waitsForLocks = !groupStatement(tx).includes('innodb_lock_wait_timeout = 0');
      begun.push({ requests, isRetried: retried, correlationId: currentCorrelationId(), waitsForLocks, written, committed, succeed });
      const outcomes = await written.promise;
      Reflect.set(written, 'outcomes', outcomes);
      return outcomes;
    },
  });
  return { group, begun, slow };
}

const settleMicrotasks = () => new Promise((resolve) => setImmediate(resolve));
const requestsOf = (begun: readonly Begun[]) => begun.map(({ requests }) => requests);
const lost = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

describe('a group commit', () => {
  it('writes together what comes while a transaction is under way', async () => {
    const { group, begun } = createStage();
    const answers = ['a', 'b', 'c'].map((request) => group.commit(request));
    expect(requestsOf(begun)).toEqual([['a']]);
    begun[0]?.succeed();
    await settleMicrotasks();
    expect(requestsOf(begun)).toEqual([['a'], ['b', 'c']]);
    begun[1]?.succeed();
    expect(await Promise.all(answers)).toEqual(['a done', 'b done', 'c done']);
    // The stage is free again.
    void group.commit('d');
    expect(requestsOf(begun).at(-1)).toEqual(['d']);
  });

  it('answers nobody before the commit', async () => {
    const { group, begun } = createStage();
    let isAnswered = false;
    const answer = group.commit('a').finally(() => {
      isAnswered = true;
    });
    begun[0]?.written.resolve([{ value: 'done' }]);
    await settleMicrotasks();
    expect(isAnswered).toBe(false);
    begun[0]?.committed.resolve();
    expect(await answer).toBe('done');
  });

  it('gives each its own outcome', async () => {
    const { group, begun } = createStage();
    const [first, ...others] = ['a', 'b', 'c'].map((request) => group.commit(request));
    begun[0]?.succeed();
    await first;
    begun[1]?.written.resolve([{ error: new Error('taken') }, { value: 'c done' }]);
    begun[1]?.committed.resolve();
    expect(await Promise.allSettled(others)).toMatchObject([{ reason: { message: 'taken' } }, { value: 'c done' }]);
  });

  it('tries each alone when a group fails, so that only the one fails that is at fault', async () => {
    const { group, begun } = createStage();
    const [first, ...others] = ['a', 'b', 'c'].map((request) => group.commit(request));
    begun[0]?.succeed();
    await first;
    begun[1]?.written.reject(new Error('Column too long'));
    await settleMicrotasks();
    expect(requestsOf(begun).slice(2)).toEqual([['b'], ['c']]);
    // Who shares a transaction does not wait for another's lock, nor for another's deadlock.
    for (const property of ['isRetried', 'waitsForLocks'] as const)
      expect(begun.map((each) => each[property])).toEqual([true, false, true, true]);
    begun[2]?.written.reject(new Error('Column too long'));
    begun[3]?.succeed();
    expect(await Promise.allSettled(others)).toMatchObject([{ reason: { message: 'Column too long' } }, { value: 'c done' }]);
  });

  it.each([
    ['a lock that somebody holds', Object.assign(new Error('locked'), { code: 'ER_LOCK_WAIT_TIMEOUT' })],
    ['what a use case refuses', new ServiceError({ code: 'AWAY', kind: 'unavailable', message: 'away' })],
  ])('tries each alone after %s', async (_what, error) => {
    const { group, begun } = createStage();
    const answers = ['a', 'b', 'c'].map((request) => group.commit(request));
    begun[0]?.succeed();
    await settleMicrotasks();
    begun[1]?.written.reject(error);
    await settleMicrotasks();
    for (const alone of begun.slice(2)) alone.succeed();
    expect(await Promise.all(answers)).toEqual(['a done', 'b done', 'c done']);
  });

  it('does not try again when the database is away', async () => {
    const { group, begun } = createStage();
    const [first, ...others] = ['a', 'b', 'c'].map((request) => group.commit(request));
    begun[0]?.succeed();
    await first;
    begun[1]?.written.reject(lost());
    expect(await Promise.allSettled(others)).toMatchObject([{ reason: { code: 'ECONNRESET' } }, { reason: { code: 'ECONNRESET' } }]);
    expect(begun).toHaveLength(2);
  });

  it('never tries again what may have been committed', async () => {
    const { group, begun } = createStage();
    const [first, ...others] = ['a', 'b', 'c'].map((request) => group.commit(request));
    begun[0]?.succeed();
    await first;
    begun[1]?.written.resolve([{ value: 'b done' }, { value: 'c done' }]);
    begun[1]?.committed.reject(new Error('no answer'));
    expect(await Promise.allSettled(others)).toMatchObject([{ reason: { message: 'no answer' } }, { reason: { message: 'no answer' } }]);
    expect(begun).toHaveLength(2);
  });

  it('tries each alone when the server has refused what travelled with the commit', async () => {
    const { group, begun } = createStage();
    const answers = ['a', 'b', 'c'].map((request) => group.commit(request));
    begun[0]?.succeed();
    await settleMicrotasks();
    begun[1]?.written.resolve([{ value: 'b done' }, { value: 'c done' }]);
    begun[1]?.committed.reject(Object.assign(new Error('Data too long'), { code: 'ER_DATA_TOO_LONG', sqlState: '22001' }));
    await settleMicrotasks();
    expect(requestsOf(begun).slice(2)).toEqual([['b'], ['c']]);
    for (const alone of begun.slice(2)) alone.succeed();
    expect(await Promise.all(answers)).toEqual(['a done', 'b done', 'c done']);
  });

  it('takes what is to come again into the next transaction, before the others', async () => {
    const { group, begun } = createStage();
    const answers = ['a', 'b', 'c'].map((request) => group.commit(request));
    begun[0]?.succeed();
    await settleMicrotasks();
    const late = group.commit('d');
    begun[1]?.written.resolve([{ value: 'b done' }, 'again']);
    begun[1]?.committed.resolve();
    await settleMicrotasks();
    expect(requestsOf(begun)).toEqual([['a'], ['b', 'c'], ['c', 'd']]);
    begun[2]?.succeed();
    expect(await Promise.all([...answers, late])).toEqual(['a done', 'b done', 'c done', 'd done']);
  });

  it.each([['again'], [undefined]] as const)('fails a request that is alone and whose outcome is %s', async (outcome) => {
    const { group, begun } = createStage();
    const answer = group.commit('a');
    begun[0]?.written.resolve(outcome === undefined ? [] : [outcome]);
    begun[0]?.committed.resolve();
    await expect(answer).rejects.toThrow('cannot be answered');
  });

  it('takes at most 64, or a mebibyte, and one of any size', async () => {
    const { group, begun } = createStage({ sizeOf: Number });
    const sizes = ['1', ...Array.from({ length: 65 }, () => '1'), '600000', '600000', '5000000', '2'];
    for (const size of sizes) void group.commit(size);
    for (let index = 0; index < 6; index += 1) {
      begun[index]?.succeed();
      await settleMicrotasks();
    }
    expect(requestsOf(begun).map(({ length }) => length)).toEqual([1, 64, 2, 1, 1, 1]);
  });

  it('begins the next group beside one that takes long', async () => {
    const { group, begun, slow } = createStage();
    const stuck = group.commit('a');
    const next = group.commit('b');
    slow[0]?.();
    expect(requestsOf(begun)).toEqual([['a'], ['b']]);
    const third = group.commit('c');
    // The end of the one that was slow does not make way a second time.
    begun[0]?.succeed();
    expect(await stuck).toBe('a done');
    expect(begun).toHaveLength(2);
    begun[1]?.succeed();
    await next;
    begun[2]?.succeed();
    expect(await third).toBe('c done');
    expect(slow).toEqual([]);
  });

  it('drops what nobody waits for any more', async () => {
    const { group, begun } = createStage();
    const caller = new AbortController();
    const first = group.commit('a', caller.signal);
    const gone = group.commit('b', caller.signal);
    const stays = group.commit('c');
    caller.abort(new Error('gone'));
    begun[0]?.succeed();
    await expect(gone).rejects.toThrow('gone');
    begun[1]?.succeed();
    expect([await first, await stays]).toEqual(['a done', 'c done']);
    expect(requestsOf(begun)).toEqual([['a'], ['c']]);
  });

  it('refuses more than it can write soon', async () => {
    const { group, begun } = createStage();
    const answers = Array.from({ length: 2048 }, (_unused, index) => group.commit(String(index)));
    await expect(group.commit('one more')).rejects.toMatchObject({ code: 'WRITE_QUEUE_FULL', kind: 'unavailable' });
    for (let index = 0; index < begun.length; index += 1) {
      begun[index]?.succeed();
      await settleMicrotasks();
    }
    expect(await Promise.all(answers)).toHaveLength(2048);
    void group.commit('later');
    expect(requestsOf(begun).at(-1)).toEqual(['later']);
  });

  it('runs a group in the correlation of its first request', async () => {
    const { group, begun } = createStage();
    for (const correlationId of ['a', 'b', 'c']) void withCorrelation({ correlationId }, () => group.commit(correlationId));
    begun[0]?.succeed();
    await settleMicrotasks();
    expect(begun.map(({ correlationId }) => correlationId)).toEqual(['a', 'b']);
  });
});

describe('mapOutcome', () => {
  it('changes a value and nothing else', () => {
    const error = new Error('no');
    const outcomes: readonly GroupOutcome<number>[] = [{ value: 1 }, { error }, 'again'];
    expect(outcomes.map((outcome) => mapOutcome(outcome, (value) => value + 1))).toEqual([{ value: 2 }, { error }, 'again']);
  });
});
