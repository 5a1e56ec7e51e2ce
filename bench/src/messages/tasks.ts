import { z } from 'zod';
import type { Backends, ServiceSchema } from '../backends.ts';
import type { BenchProcess } from '../processes/bench-process.ts';
import type { BenchQueue } from './bench-queue.ts';

// What a contender can be asked to do; each does some of it, and each is a process of its own.

/** Publishes so many messages. */
export const publishInput = z.object({ topicArn: z.string(), count: z.number() });
/** Takes so many messages, which are there already, until the last one is acknowledged. */
export const consumeInput = z.object({ queueUrl: z.string(), count: z.number() });
/** Commits so many changes at random moments, each with a message to itself. */
export const latencyInput = z.object({ topicArn: z.string(), queueUrl: z.string(), count: z.number(), perSecond: z.number() });

const rate = z.object({ perSecond: z.number() });
const latencies = z.object({ latenciesMs: z.array(z.number()) });

export type ContenderName = 'polling-relay' | 'sdk' | 'sqs-consumer' | 'toolkit' | 'torii';
export type Contender = BenchProcess<object>;

export interface MessageRate {
  readonly perSecond: number;
  /** Of the contender's process; that of broker and database is not in it. */
  readonly cpuUsPerMessage: number;
}

/** @param schema where contenders that use a database commit */
export function startContender(backends: Backends, name: ContenderName, schema: ServiceSchema): Promise<Contender> {
  const program = new URL(`../contenders/${name}.ts`, import.meta.url);
  const env = { DATABASE_NAME: schema.databaseConfig.databaseName };
  return backends.startProgram({ title: name, program, env }, z.object({}));
}

/** The queue is empty again afterwards: a broker with a long backlog is slower for whoever is next. */
export async function measurePublish(contender: Contender, { topicArn, purge }: BenchQueue, count: number): Promise<MessageRate> {
  const outcome = await measureRate(contender, { task: 'publish', input: { topicArn, count } });
  await purge();
  return outcome;
}

export async function measureConsume(
  contender: Contender,
  queue: BenchQueue,
  { task, count }: { readonly task: string; readonly count: number },
): Promise<MessageRate> {
  await queue.fill(count);
  return measureRate(contender, { task, input: { queueUrl: queue.queueUrl, count } });
}

export async function measureLatency(contender: Contender, input: z.infer<typeof latencyInput>): Promise<readonly number[]> {
  return (await contender.run('latency', input, latencies)).latenciesMs;
}

async function measureRate(
  contender: Contender,
  { task, input }: { readonly task: string; readonly input: z.infer<typeof consumeInput> | z.infer<typeof publishInput> },
): Promise<MessageRate> {
  const cpuBeforeMs = await contender.cpuMs();
  const { perSecond } = await contender.run(task, input, rate);
  return { perSecond, cpuUsPerMessage: (((await contender.cpuMs()) - cpuBeforeMs) * 1000) / input.count };
}
