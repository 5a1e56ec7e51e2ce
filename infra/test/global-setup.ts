import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names the folder that the test files of one run share. */
export const SYNTHESIZED_VARIABLE = 'TORII_SYNTHESIZED';

/** Before the first test file of the level; Jest hands the variable to its workers. */
export default function setUp(): void {
  process.env[SYNTHESIZED_VARIABLE] = mkdtempSync(join(tmpdir(), 'torii-synth-'));
}
