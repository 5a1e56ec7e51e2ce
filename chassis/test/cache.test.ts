import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestEnvironment, startTestEnvironment, waitFor } from '@torii/testing';
import { type Cache, connectCache, createLogger } from '../src/index.ts';

const logger = createLogger({ serviceName: 'chassis', level: 'error' });
let environment: TestEnvironment;
let cache: Cache;
let loads: number;

const open = (overrides: Partial<Parameters<typeof connectCache>[0]> = {}) => {
  const { cacheHost: host, cachePort: port, cacheSecretArn: secretArn } = environment.cacheConfig;
  return connectCache({
    host,
    port,
    secretArn,
    secretReader: environment.secretReader,
    logger,
    prefix: `${expect.getState().currentTestName}:`,
    ...overrides,
  });
};
const load = async () => {
  loads += 1;
  return { name: '東京', loads };
};

beforeEach(async () => {
  environment = startTestEnvironment();
  cache = await open();
  loads = 0;
});
afterEach(async () => {
  process.kill(environment.redisPid, 'SIGCONT');
  await cache.close();
});

describe('getOrLoad', () => {
  it('loads once, then answers from the cache', async () => {
    expect(await cache.getOrLoad('a', 60, load)).toEqual({ name: '東京', loads: 1 });
    expect(await cache.getOrLoad('a', 60, load)).toEqual({ name: '東京', loads: 1 });
    expect(await cache.getOrLoad('b', 60, load)).toEqual({ name: '東京', loads: 2 });
  });

  it('shares one load among callers that come at once', async () => {
    await Promise.all(Array.from({ length: 50 }, () => cache.getOrLoad('a', 60, load)));
    expect(loads).toBe(1);
  });

  it('passes a failure on and does not keep it', async () => {
    await expect(cache.getOrLoad('a', 60, () => Promise.reject(new Error('no row')))).rejects.toThrow('no row');
    expect(await cache.getOrLoad('a', 60, load)).toMatchObject({ loads: 1 });
  });

  it('keeps null as a value, so that what is absent is not asked for again', async () => {
    const absent = async () => {
      loads += 1;
      return null;
    };
    expect([await cache.getOrLoad('a', 60, absent), await cache.getOrLoad('a', 60, absent), loads]).toEqual([null, null, 1]);
  });
});

describe('invalidate', () => {
  it('makes the next caller load', async () => {
    await cache.getOrLoad('a', 60, load);
    expect(await cache.invalidate('a', 'b')).toBe(true);
    expect(await cache.getOrLoad('a', 60, load)).toMatchObject({ loads: 2 });
  });

  it('keeps a load that began before it from putting the old value back', async () => {
    const row = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const stale = cache.getOrLoad('a', 60, async () => {
      started.resolve();
      await row.promise;
      return 'old';
    });
    await started.promise;
    await cache.invalidate('a');
    row.resolve();
    expect(await stale).toBe('old');
    const other = await open();
    expect(await other.getOrLoad('a', 60, async () => 'new')).toBe('new');
    await other.close();
  });

  it('starts a load of its own for callers that come after it', async () => {
    const row = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const stale = cache.getOrLoad('a', 60, async () => {
      started.resolve();
      await row.promise;
      return 'old';
    });
    await started.promise;
    await cache.invalidate('a');
    expect(await cache.getOrLoad('a', 60, async () => 'new')).toBe('new');
    row.resolve();
    expect(await stale).toBe('old');
  });
});

describe('a cache that is away', () => {
  it('falls through at once when nothing listens', async () => {
    const absent = await open({ port: 1 });
    const startedAt = performance.now();
    expect(await absent.getOrLoad('a', 60, load)).toMatchObject({ loads: 1 });
    expect(await absent.invalidate('a')).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(100);
    await expect(absent.ping()).rejects.toMatchObject({ kind: 'unavailable' });
    await absent.close();
  });

  it('does not serve what was invalidated while it was frozen', async () => {
    await cache.getOrLoad('a', 60, load);
    process.kill(environment.redisPid, 'SIGSTOP');
    await cache.getOrLoad('frozen', 60, load);
    expect(await cache.invalidate('a')).toBe(false);
    process.kill(environment.redisPid, 'SIGCONT');
    const other = await open();
    await waitFor(async () => (await other.getOrLoad('frozen', 60, load), other.ping().then(() => true)));
    expect(await other.getOrLoad('a', 60, async () => 'new')).toBe('new');
    await other.close();
  });

  it('costs its budget once when it is frozen, and serves again when it is back', async () => {
    await cache.getOrLoad('a', 60, load);
    process.kill(environment.redisPid, 'SIGSTOP');
    const startedAt = performance.now();
    for (let number = 0; number < 20; number += 1) await cache.getOrLoad(`frozen-${number}`, 60, load);
    expect(performance.now() - startedAt).toBeLessThan(600);
    process.kill(environment.redisPid, 'SIGCONT');
    await waitFor(async () => {
      const before = loads;
      await cache.getOrLoad('a', 60, load);
      return loads === before;
    });
  });
});
