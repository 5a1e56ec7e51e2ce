/** GiB of memory of burstable machines, which have sizes of their own. */
const BURSTABLE_GIB: Readonly<Record<string, number>> = { nano: 0.5, micro: 1, small: 2, medium: 4, large: 8, xlarge: 16, '2xlarge': 32 };
/** vCPUs by size; there are 4 GiB for each with the letter m, 8 with the letter r. */
const VCPUS: Readonly<Record<string, number>> = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '12xlarge': 48,
  '16xlarge': 64,
};

/**
 * Memory of a Graviton machine, named as EC2 does.
 * @throws Error for a name that environment-checks.ts would refuse
 */
export function memoryGiBOf(instanceType: string): number {
  const [family = '', size = ''] = instanceType.split('.');
  const gib = family === 't4g' ? BURSTABLE_GIB[size] : (VCPUS[size] ?? 0) * (family.startsWith('r') ? 8 : 4);
  if (!gib) throw new Error(`The memory of ${instanceType} is not known: it is no type of Graviton in infra/src/instance-memory.ts.`);
  return gib;
}
