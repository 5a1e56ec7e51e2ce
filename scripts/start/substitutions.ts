import type { Platform } from '@torii/local';

/** A table's value; `PATH` can be longer than a screen. */
const VALUE_LENGTH = 80;

type Processes = ReturnType<Platform['listProcesses']>;

/** One row per variable that this machine replaces, with its value, or how many values it has, and who has it. */
export function listSubstitutions(processes: Processes): readonly (readonly [label: string, value: string])[] {
  const values = new Map<string, Set<string>>();
  for (const { variable, to } of processes.flatMap((process) => process.substitutions)) {
    values.set(variable, (values.get(variable) ?? new Set()).add(to));
  }
  const containers = new Set(processes.flatMap((process) => process.droppedContainers));
  const rows = [...values].map(([variable, set]): [string, string] => [
    variable,
    set.size === 1 ? shorten([...set].join('')) : `${set.size} free ports`,
  ]);
  return containers.size === 0 ? rows : [...rows, ['left out', [...containers].join(', ')]];
}

function shorten(value: string): string {
  return value.length <= VALUE_LENGTH ? value : `${value.slice(0, VALUE_LENGTH - 1)}…`;
}
