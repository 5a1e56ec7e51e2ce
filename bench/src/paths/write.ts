import { waitFor } from '@torii/testing';
import type { Benchmark } from '../benchmark.ts';
import type { Finding } from '../finding.ts';
import type { LoadRequest } from '../load.ts';
import { measureRounds } from '../rounds.ts';
import { createDraft } from '../sample-items.ts';
import { ratiosOf } from '../statistics.ts';
import { describeHttp, type HttpMeasure, type HttpStacks, measureHttp, type Stack, startHttpStacks } from './http-stacks.ts';

const ROUNDS = 8;
const ROUND_MS = 800;
const BUDGET_MS = 24_000;
/** The slower relay has a backlog of seconds. */
const DRAIN_TIMEOUT_MS = 20_000;

interface WriteRound {
  readonly torii: HttpMeasure;
  readonly naive: HttpMeasure;
}

/** A new item, findable by its text, with its event in the outbox; each stack's relay publishes meanwhile. */
export const writeBenchmark: Benchmark = {
  name: 'write',
  title: 'POST /catalog/items with outbox, full stack',
  run: async (backends, say) => {
    const stacks = await startHttpStacks(backends);
    let written = 0;
    const measure = (stack: Stack) => async () => {
      const outcome = await measureHttp(stack.server, {
        durationMs: ROUND_MS,
        expectedStatus: 201,
        createRequest: () => createRequest(stacks, (written += 1)),
      });
      // What is still to be published would slow down whoever is next.
      await drain(stack);
      return outcome;
    };
    const rounds = await measureRounds<WriteRound>(
      { naive: measure(stacks.naive), torii: measure(stacks.torii) },
      { rounds: ROUNDS, budgetMs: BUDGET_MS, onRound: (n) => say(`round ${n} of ${ROUNDS}`) },
    );
    return [toFinding(rounds)];
  },
};

function createRequest({ authorizations }: HttpStacks, index: number): LoadRequest {
  return {
    method: 'POST',
    path: '/catalog/items',
    headers: { authorization: authorizations[index % authorizations.length] ?? '', 'content-type': 'application/json' },
    body: JSON.stringify(createDraft(index)),
  };
}

async function drain({ schema }: Stack): Promise<void> {
  await waitFor(async () => (await schema.query('SELECT id FROM outbox_messages LIMIT 1')).length === 0, {
    timeoutMs: DRAIN_TIMEOUT_MS,
    what: 'An empty outbox',
  });
}

function toFinding(rounds: readonly WriteRound[]): Finding {
  const describe = (name: keyof WriteRound): string => describeHttp(name, rounds);
  return {
    path: 'write with outbox, requests/s',
    reference: 'naive stack',
    ratios: ratiosOf(
      rounds,
      ({ torii }) => torii.perSecond,
      ({ naive }) => naive.perSecond,
    ),
    target: { atLeast: 6 },
    note: `${describe('torii')}, ${describe('naive')}`,
  };
}
