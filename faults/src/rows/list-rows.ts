import { cacheRows } from './cache.ts';
import { databaseRows } from './database.ts';
import { deploymentRows } from './deployment.ts';
import { killRows } from './kill-at-step.ts';
import { leaderRows } from './leaders.ts';
import { messageRows } from './messages.ts';
import { queueRows } from './queues.ts';
import type { Row } from './row.ts';

import { workerRows } from './worker.ts';

/** The matrix, in its order. */
export const ROWS: readonly Row[] = [
  ...killRows,
  ...leaderRows,
  ...databaseRows,
  ...cacheRows,
  ...queueRows,
  ...messageRows,
  ...workerRows,
  ...deploymentRows,
];
