import { describe, expect, it } from '@jest/globals';
import { planSoak } from './schedule.ts';
import { SOAK_FAULTS } from './soak-faults.ts';

function plan(seed: number, length: number): readonly string[] {
  const appointments = planSoak(seed);
  return Array.from({ length }, () => {
    const { fault, ...moments } = appointments.next().value;
    return `${fault.name} ${JSON.stringify(moments)}`;
  });
}

describe('planSoak', () => {
  it('gives the same faults at the same moments for the same seed', () => {
    expect(plan(11, 200)).toEqual(plan(11, 200));
  });

  it('gives others for another seed', () => {
    expect(plan(11, 20)).not.toEqual(plan(12, 20));
  });

  it('draws every fault there is', () => {
    const drawn = new Set(plan(1, 2_000).map((text) => text.slice(0, text.indexOf(' {'))));
    expect([...drawn].sort()).toEqual(SOAK_FAULTS.map(({ name }) => name).sort());
  });
});
