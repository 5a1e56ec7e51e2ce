import { setTimeout as delay } from 'node:timers/promises';
import type { Platform } from '../platform/platform.ts';
import type { ProcessName } from '../platform/processes.ts';
import type { Fault } from '../proxies/queue-proxy.ts';
import {
  cutting,
  delaying,
  duplicating,
  failing,
  failingInManyWays,
  freezing,
  isPublish,
  keepingBack,
  losingAnswers,
  refusingEntries,
  reordering,
  throttling,
} from '../proxies/queue-faults.ts';
import type { SeededRandom } from '../random.ts';

/** Something that goes wrong for a while. Resolves when it is over. */
export interface SoakFault {
  readonly name: string;
  /** How often it is drawn, compared with the others. */
  readonly weight: number;
  /** Longest that it lasts; what is drawn lies between a fifth of it and all of it. */
  readonly longestMs: number;
  inject(platform: Platform, lastingMs: number, random: SeededRandom): Promise<void>;
}

const STEPS: Readonly<Partial<Record<ProcessName, readonly string[]>>> = {
  catalog: [
    'request.beforeCommit',
    'request.afterCommit',
    'request.beforeReply',
    'relay.beforePublish',
    'relay.afterPublish',
    'relay.beforeDelete',
    'consumer.beforeCommit',
    'consumer.afterCommit',
  ],
  ledger: ['consumer.beforeCommit', 'consumer.afterCommit', 'consumer.beforeAcknowledge'],
  worker: ['worker.afterSend', 'worker.afterCommit', 'worker.beforeComplete'],
};
/** Nobody may come to the step while something else is wrong. */
const STEP_TIMEOUT_MS = 2_000;

function kill(name: ProcessName, weight: number): SoakFault {
  return {
    name: `kill ${name}`,
    weight,
    longestMs: 800,
    inject: async ({ processes }, lastingMs) => {
      await processes.kill(name);
      await delay(lastingMs);
      await processes.start(name);
    },
  };
}

function killAtStep(name: ProcessName, weight: number): SoakFault {
  return {
    name: `kill ${name} at a step`,
    weight,
    longestMs: 500,
    inject: async ({ processes }, lastingMs, random) => {
      const step = random.pick(STEPS[name] ?? []);
      await processes
        .get(name)
        .standAt(step, STEP_TIMEOUT_MS)
        .catch(() => undefined);
      await processes.kill(name);
      await delay(lastingMs);
      await processes.start(name);
    },
  };
}

function freeze(name: ProcessName): SoakFault {
  return {
    name: `freeze ${name}`,
    weight: 1,
    longestMs: 5_000,
    inject: async ({ processes }, lastingMs) => {
      const frozen = processes.get(name);
      frozen.freeze();
      await delay(lastingMs);
      frozen.thaw();
    },
  };
}

function queues(name: string, weight: number, create: (random: SeededRandom) => Fault, longestMs = 2_500): SoakFault {
  return {
    name,
    weight,
    longestMs,
    inject: async ({ queueProxy }, lastingMs, random) => {
      const { end } = queueProxy.use(create(random));
      await delay(lastingMs);
      end();
    },
  };
}

function server(name: 'mariadb' | 'redis', act: 'kill' | 'freeze'): SoakFault {
  return {
    name: `${act} ${name}`,
    weight: 2,
    longestMs: act === 'kill' ? 600 : 3_000,
    inject: async ({ servers }, lastingMs) => {
      const target = servers[name];
      if (act === 'freeze') target.freeze();
      else await target.kill();
      await delay(lastingMs);
      if (act === 'freeze') target.thaw();
      else await target.start();
    },
  };
}

/** What a soak draws from. */
export const SOAK_FAULTS: readonly SoakFault[] = [
  kill('catalog', 4),
  kill('jobs', 2),
  kill('worker', 2),
  kill('ledger', 4),
  killAtStep('catalog', 6),
  killAtStep('ledger', 5),
  killAtStep('worker', 2),
  freeze('catalog'),
  freeze('ledger'),
  server('mariadb', 'kill'),
  server('mariadb', 'freeze'),
  server('redis', 'kill'),
  server('redis', 'freeze'),
  {
    name: 'kill broker',
    weight: 2,
    longestMs: 800,
    inject: async (platform, lastingMs) => {
      await platform.killBroker();
      await delay(lastingMs);
      await platform.startBroker();
    },
  },
  {
    name: 'cut mariadb',
    weight: 2,
    longestMs: 1_500,
    inject: async ({ mariadbProxy }, lastingMs) => {
      mariadbProxy.cut();
      await delay(lastingMs);
      mariadbProxy.restore();
    },
  },
  queues('queues refuse', 1, () => cutting()),
  queues('queues answer 5xx', 1, () => failing()),
  queues('queues fail in many ways', 1, () => failingInManyWays()),
  queues('queues throttle', 1, () => throttling()),
  {
    ...queues('queues freeze', 1, () => freezing(isPublish), 6_000),
    inject: async ({ queueProxy }, lastingMs) => {
      const { end } = queueProxy.use(freezing(isPublish));
      await delay(lastingMs);
      end();
      queueProxy.release();
    },
  },
  queues('queues slow', 1, () => delaying(150)),
  queues('answers lost', 2, (random) => losingAnswers(random, 0.3)),
  queues('batches partly failed', 2, (random) => refusingEntries(random, 0.3)),
  queues('deliveries duplicated', 2, (random) => duplicating(random, 0.5)),
  {
    ...queues('deliveries reordered', 1, (random) => reordering(random, 500).fault),
    inject: async ({ queueProxy }, lastingMs, random) => {
      const { fault, deliver } = reordering(random, 500);
      const { end } = queueProxy.use(fault);
      await delay(lastingMs);
      end();
      await deliver();
    },
  },
  {
    ...queues('deliveries late', 1, () => keepingBack().fault),
    inject: async ({ queueProxy }, lastingMs) => {
      const { fault, deliver } = keepingBack();
      const { end } = queueProxy.use(fault);
      await delay(lastingMs);
      end();
      await deliver();
    },
  },
];
