import { describe, expect, it } from '@jest/globals';
import { decideInfrastructure, findDecisive, type Execution } from './infrastructure-verdict.ts';

const RELEASE = new Date('2026-03-01T12:00:00Z');

function execution(id: string, minutesAfter: number, status = 'InProgress'): Execution {
  return { id, status, startedAt: new Date(RELEASE.getTime() + minutesAfter * 60_000), revision: 'a'.repeat(40) };
}

describe('findDecisive', () => {
  it('takes the last that was pushed before the release or with it', () => {
    const executions = [execution('later', 6), execution('same push', 1), execution('before', -60)];
    expect(findDecisive(executions, RELEASE)?.id).toBe('same push');
    expect(findDecisive([execution('later', 6)], RELEASE)).toBeUndefined();
  });

  it('takes the last, in whatever order they are told', () => {
    expect(findDecisive([execution('one', -20), execution('other', -10), execution('third', -30)], RELEASE)?.id).toBe('other');
  });
});

describe('decideInfrastructure', () => {
  const nothing = new Set<string>();

  it.each([
    ['nothing was ever changed', undefined, nothing, 'ready'],
    ['all stages are passed', execution('x', 0, 'Succeeded'), nothing, 'ready'],
    ['the stage is passed, and the next one runs', execution('x', 0), new Set(['Dev']), 'ready'],
    ['the stage is passed, and the next one failed', execution('x', 0, 'Failed'), new Set(['Dev']), 'ready'],
    ['it runs', execution('x', 0), nothing, 'wait'],
    ['another stage is passed only', execution('x', 0), new Set(['Test']), 'wait'],
    ['somebody stops it', execution('x', 0, 'Stopping'), nothing, 'wait'],
    ['it failed before', execution('x', 0, 'Failed'), nothing, 'refused'],
    ['somebody stopped it', execution('x', 0, 'Stopped'), nothing, 'refused'],
  ])('when %s', (_, decisive, passed, kind) => {
    expect(decideInfrastructure(decisive, passed, 'Dev').kind).toBe(kind);
  });

  it('says which one it is', () => {
    expect(decideInfrastructure(execution('e-1', 0, 'Failed'), nothing, 'Prod').because).toBe(
      'the infrastructure of aaaaaaaaaa (e-1) has not passed Prod, and is Failed',
    );
  });
});
