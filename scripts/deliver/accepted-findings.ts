// Vulnerabilities that somebody has looked at and lives with for a while: docker/accepted-findings.json.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ROOT } from '../steps.ts';
import { DeliveryError } from './delivery-error.ts';

export const ACCEPTED_FILE = 'docker/accepted-findings.json';

const accepted = z.array(
  z.strictObject({
    /** As the scan names it. */
    id: z.string().regex(/^[A-Z]+-[\w-]+$/, 'must be a name such as CVE-2026-12345'),
    /** Why it does no harm here, and what is waited for. */
    reason: z.string().min(20, 'must say why, in a sentence'),
    /** The last day on which an image with it is deployed, in UTC. */
    until: z.iso.date(),
  }),
);
export type AcceptedFinding = z.infer<typeof accepted>[number];

/** @throws DeliveryError for a file that says less than what is accepted, why and until when */
export function parseAcceptedFindings(text: string): readonly AcceptedFinding[] {
  const { success, data, error } = accepted.safeParse(JSON.parse(text));
  if (!success) throw new DeliveryError(`${ACCEPTED_FILE} cannot be read: ${z.prettifyError(error)}`);
  return data;
}

export function readAcceptedFindings(): readonly AcceptedFinding[] {
  return parseAcceptedFindings(readFileSync(join(ROOT, ACCEPTED_FILE), 'utf8'));
}
