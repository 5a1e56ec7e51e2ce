import { rmSync } from 'node:fs';
import { SYNTHESIZED_VARIABLE } from './global-setup.ts';

/** After the last test file of the level. */
export default function tearDown(): void {
  const folder = process.env[SYNTHESIZED_VARIABLE];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
