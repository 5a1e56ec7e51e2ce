import type { MessageRate } from '../messages/tasks.ts';
import { median } from '../statistics.ts';

/** `torii 1234/s at 56 µs CPU`: medians of the rounds. */
export function describeMessages<K extends string>(name: K, rounds: readonly Readonly<Record<K, MessageRate>>[]): string {
  const perSecond = median(rounds.map((round) => round[name].perSecond));
  const cpuUs = median(rounds.map((round) => round[name].cpuUsPerMessage));
  return `${name} ${Math.round(perSecond)}/s at ${Math.round(cpuUs)} µs CPU`;
}
