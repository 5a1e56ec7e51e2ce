import type { Check } from './check-contracts.ts';
import type { Manifest } from './manifest.ts';

export interface Withdrawals {
  /** As each was released last. */
  readonly entries: Manifest;
  /** Why one cannot be withdrawn; sentences. */
  readonly refusals: readonly string[];
}

/** The entries that these messages have, here or, for those that somebody took out of the manifest already, in git. */
export function listWithdrawals({ baseline, history, current }: Check, names: readonly string[]): Withdrawals {
  const found = names.map((name) => {
    const entry = baseline.manifest[name] ?? history.releases.find((past) => past.name === name)?.entry;
    if (current.some((contract) => contract.name === name))
      return { name, refusal: `${name} cannot be withdrawn: contracts/src/topology.ts still has it.` };
    if (entry === undefined) return { name, refusal: `${name} cannot be withdrawn: it was never released.` };
    return entry.withdrawn === undefined
      ? { name, entry }
      : { name, refusal: `${name} cannot be withdrawn: it was, on ${entry.withdrawn}.` };
  });
  return {
    entries: Object.fromEntries(found.flatMap(({ name, entry }) => (entry === undefined ? [] : [[name, entry] as const]))),
    refusals: found.flatMap(({ refusal }) => (refusal === undefined ? [] : [refusal])),
  };
}
