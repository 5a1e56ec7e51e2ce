import type { Session } from '../cli/session.ts';
import { UsageError } from '../cli/usage-error.ts';

export interface Confirmation {
  /** The operator has said yes by an option. */
  readonly isConfirmed: boolean;
  readonly question: string;
  /** What must be typed. */
  readonly answer: string;
}

/** @throws UsageError when nobody can be asked; false when the answer was another one */
export async function confirm({ screen }: Session, { isConfirmed, question, answer }: Confirmation): Promise<boolean> {
  if (isConfirmed) return true;
  if (!screen.isInteractive)
    throw new UsageError(`${question.trim()}\nNobody can be asked, because this is no terminal: add --yes, or --dry-run to look only.`);
  const given = await screen.ask(`${question} Type ${answer}: `);
  if (given === answer) return true;
  screen.line('Nothing was done.');
  return false;
}
