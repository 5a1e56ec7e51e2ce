import { describe, expect, it } from '@jest/globals';
import { memoryGiBOf } from './instance-memory.ts';

describe('memoryGiBOf', () => {
  it.each([
    ['t4g.micro', 1],
    ['t4g.2xlarge', 32],
    ['m7g.large', 8],
    ['m6g.4xlarge', 64],
    ['r7g.large', 16],
    ['r6g.12xlarge', 384],
  ])('%s has %d GiB', (instanceType, gib) => {
    expect(memoryGiBOf(instanceType)).toBe(gib);
  });

  it('refuses what is no Graviton', () => {
    expect(() => memoryGiBOf('t3.huge')).toThrow('The memory of t3.huge is not known');
  });
});
