// The sandboxes of one function: as many as there are simultaneous invocations, up to its reserved concurrency.
import { randomBytes, randomUUID } from 'node:crypto';
import type { LogGroup } from '../../processes/log-group.ts';
import { createSandbox, FunctionError, type Sandbox } from './sandbox.ts';

/** An idle sandbox holds some 80 MB. Lambda keeps its own for about as long. */
const IDLE_MS = 5 * 60_000;

export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly assetFolder: string;
  readonly handler: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly concurrency: number;
  readonly logGroupName: string;
}

export interface FunctionPool {
  readonly definition: FunctionDefinition;
  /** @throws FunctionError with the function's own message. */
  invoke(event: unknown): Promise<unknown>;
  /** Ends what runs: the platform stops. */
  close(): Promise<void>;
}

export function createFunctionPool(definition: FunctionDefinition, logGroup: LogGroup): FunctionPool {
  const idle = new Map<Sandbox, NodeJS.Timeout>();
  const all = new Set<Sandbox>();
  const slots = createSlots(definition.concurrency);
  let isClosed = false;

  const acquire = async (): Promise<Sandbox> => {
    const free = [...idle].findLast(([sandbox]) => sandbox.isUsable());
    if (free !== undefined) {
      clearTimeout(free[1]);
      idle.delete(free[0]);
      return free[0];
    }
    const sandbox = await createSandbox({ ...definition, functionName: definition.name, logGroup });
    all.add(sandbox);
    if (isClosed) await discard(sandbox);
    return sandbox;
  };
  const discard = async (sandbox: Sandbox): Promise<void> => {
    idle.delete(sandbox);
    all.delete(sandbox);
    await sandbox.kill();
  };
  const release = async (sandbox: Sandbox): Promise<void> => {
    if (!sandbox.isUsable() || isClosed) return discard(sandbox);
    idle.set(sandbox, setTimeout(() => void discard(sandbox), IDLE_MS).unref());
  };

  const invoke = async (event: unknown): Promise<unknown> => {
    if (isClosed) throw new FunctionError('TooManyRequestsException', `${definition.name} cannot be invoked: the platform is stopping`);
    await slots.take();
    try {
      return await run(event);
    } catch (error) {
      logGroup.write(
        JSON.stringify({ level: 50, msg: `Invocation failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }),
      );
      throw error;
    } finally {
      slots.give();
    }
  };
  const run = async (event: unknown): Promise<unknown> => {
    const sandbox = await acquire();
    try {
      return await sandbox.invoke(createInvocation(definition, event), definition.timeoutMs);
    } finally {
      await release(sandbox);
    }
  };

  return {
    definition,
    invoke,
    close: async () => {
      isClosed = true;
      for (const timer of idle.values()) clearTimeout(timer);
      await Promise.all([...all].map(discard));
    },
  };
}

interface Slots {
  take(): Promise<void>;
  give(): void;
}

/** First come, first served: a slot that is given goes straight to who has waited longest. */
function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return {
    take: async () => {
      if (taken >= count) return new Promise((resolve) => waiting.push(resolve));
      taken += 1;
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) taken -= 1;
      else next();
    },
  };
}

function createInvocation(definition: FunctionDefinition, event: unknown): Parameters<Sandbox['invoke']>[0] {
  const id = randomUUID();
  const context = {
    awsRequestId: id,
    functionName: definition.name,
    functionVersion: '$LATEST',
    invokedFunctionArn: definition.arn,
    memoryLimitInMB: String(definition.memoryMb),
    logGroupName: definition.logGroupName,
    logStreamName: 'local',
    deadlineMs: Date.now() + definition.timeoutMs,
    traceId: createTraceHeader(),
  };
  return { id, event, context };
}

/** A trace of its own, sampled; functions that serve a message take its trace context from the message instead. */
function createTraceHeader(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=1`;
}
