import { createSeededRandom } from '../random.ts';
import { SOAK_FAULTS, type SoakFault } from './soak-faults.ts';

/** One fault of a soak, decided before it begins. */
export interface Appointment {
  readonly fault: SoakFault;
  /** From the end of the one before. */
  readonly afterMs: number;
  readonly lastingMs: number;
  /** Of the numbers that the fault itself draws. */
  readonly seed: number;
}

const LONGEST_PAUSE_MS = 1_500;

/** The same seed gives the same faults, pauses and lengths, for ever; it goes on for as long as it is asked. */
export function* planSoak(seed: number): Generator<Appointment, never, void> {
  const random = createSeededRandom(seed);
  const drawn = SOAK_FAULTS.flatMap((fault) => Array.from({ length: fault.weight }, () => fault));
  for (;;) {
    const fault = random.pick(drawn);
    const lastingMs = random.between(Math.floor(fault.longestMs / 5), fault.longestMs);
    yield { fault, afterMs: random.between(100, LONGEST_PAUSE_MS), lastingMs, seed: random.between(0, 2 ** 31) };
  }
}
