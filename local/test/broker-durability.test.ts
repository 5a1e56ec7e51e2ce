import { afterEach, expect, it, describe } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { LOCAL_CREDENTIALS, startBroker } from '../src/fauxqs/broker.ts';

const OPTIONS = { port: 0, region: 'eu-west-1', accountId: '222222222222' } as const;
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A broker in a process of its own, so that it can be killed. */
async function spawnBroker(stateFolder: string): Promise<{ child: ChildProcess; url: string }> {
  const program = `
    const { startBroker } = await import(${JSON.stringify(new URL('../src/fauxqs/broker.ts', import.meta.url).href)});
    const broker = await startBroker(${JSON.stringify({ ...OPTIONS, stateFolder })});
    console.log(broker.ensureQueue('orders', {}).url);`;
  // Jest's own options would start Jest's loader in the child.
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  cleanUps.push(() => child.kill('SIGKILL'));
  const [url] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, url };
}

describe('a broker that is killed', () => {
  it('has every message it acknowledged when it is back', async () => {
    const stateFolder = await mkdtemp(join(tmpdir(), 'torii-killed-'));
    cleanUps.push(() => rm(stateFolder, { recursive: true, force: true }));
    const { child, url } = await spawnBroker(stateFolder);
    const sqs = new SQSClient({ endpoint: new URL(url).origin, region: OPTIONS.region, credentials: LOCAL_CREDENTIALS, maxAttempts: 1 });
    cleanUps.push(() => sqs.destroy());
    const acknowledged: string[] = [];
    const send = async (lane: number): Promise<void> => {
      for (let round = 0; ; round++) {
        const Entries = Array.from({ length: 10 }, (_entry, index) => ({ Id: String(index), MessageBody: `${lane}-${round}-${index}` }));
        await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
        acknowledged.push(...Entries.map(({ MessageBody }) => MessageBody));
        if (acknowledged.length > 400) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled([send(0), send(1), send(2), send(3)]);
    const revived = await startBroker({ ...OPTIONS, stateFolder });
    cleanUps.push(() => revived.stop());
    const kept = new Set(revived.queues.queuesByName.get('orders')?.messages.map(({ body }) => body));
    expect(acknowledged.length).toBeGreaterThan(400);
    expect(acknowledged.filter((body) => !kept.has(body))).toEqual([]);
  });
});
