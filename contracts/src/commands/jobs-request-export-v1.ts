import { z } from 'zod';
import { exportFormat } from '../values.ts';

export const jobsRequestExportV1 = z
  .object({ format: exportFormat })
  .describe(
    'Begin an export of all listed items, for nobody in particular. Sent by the nightly schedule; its message id makes it one job.',
  );
