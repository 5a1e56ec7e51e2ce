import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/create-logger.ts';
import { type ConsumerGateOptions, createConsumerGate } from './consumer-gate.ts';

/** Far beyond the test's own deadline. */
const FOR_EVER_MS = 3_600_000;

/** A parameter store whose one parameter has these values, one after another; the last one stays. An error is thrown. */
function storeOf(...values: readonly (string | Error)[]) {
  const asked: unknown[] = [];
  const send = async ({ input }: { readonly input: unknown }) => {
    const value = values[Math.min(asked.length, values.length - 1)];
    asked.push(input);
    if (value instanceof Error) throw value;
    return { Parameter: { Value: value } };
  };
  return { asked, ssm: { send } as unknown as NonNullable<ConsumerGateOptions['ssm']> };
}

function createGate(options: Partial<ConsumerGateOptions>) {
  const lines: Record<string, unknown>[] = [];
  const logger = createLogger({ serviceName: 'catalog', destination: { write: (line) => lines.push(JSON.parse(line)) } });
  const gate = createConsumerGate({
    release: 'new',
    releaseParameter: '/torii/dev/catalog/released',
    logger,
    pollMs: 1,
    patienceMs: FOR_EVER_MS,
    ...options,
  });
  return { gate, messages: () => lines.map(({ msg }) => msg) };
}

describe('the gate of consumers', () => {
  it.each([{ release: undefined }, { releaseParameter: undefined }])('is open where nobody deploys: %p', async (absent) => {
    const { ssm, asked } = storeOf('other');
    const { gate, messages } = createGate({ ssm, ...absent });
    expect(await gate.wait()).toBe(true);
    expect([asked, messages()]).toEqual([[], []]);
    gate.close();
  });

  it('opens when the parameter names its release, for all who wait', async () => {
    const { ssm, asked } = storeOf('none', 'old', 'new');
    const { gate, messages } = createGate({ ssm });
    expect(await Promise.all([gate.wait(), gate.wait()])).toEqual([true, true]);
    expect(await gate.wait()).toBe(true);
    expect(asked).toEqual([1, 2, 3].map(() => ({ Name: '/torii/dev/catalog/released' })));
    expect(messages()).toEqual(['consumers wait for their release', 'release is let in: consumers start']);
  });

  it('asks nobody before somebody waits', () => {
    const { ssm, asked } = storeOf('new');
    createGate({ ssm });
    expect(asked).toEqual([]);
  });

  it('stays shut while the parameter cannot be read, and says so once', async () => {
    const { ssm } = storeOf(new Error('throttled'), new Error('throttled'), 'new');
    const { gate, messages } = createGate({ ssm });
    expect(await gate.wait()).toBe(true);
    expect(messages().filter((message) => message === 'released version cannot be read')).toHaveLength(1);
  });

  it('opens by itself when it has waited long enough: a queue is not to be without a consumer', async () => {
    const { ssm } = storeOf('old');
    const { gate, messages } = createGate({ ssm, patienceMs: 20 });
    expect(await gate.wait()).toBe(true);
    expect(messages()).toContain('nobody has let this release in: consumers start all the same');
  });

  it('lets nobody through once it is closed, and nobody wait', async () => {
    const { ssm } = storeOf('old');
    const { gate } = createGate({ ssm, pollMs: FOR_EVER_MS });
    const waiting = gate.wait();
    gate.close();
    expect(await waiting).toBe(false);
  });
});
