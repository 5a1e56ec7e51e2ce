import {
  createGroupCommit,
  type GroupCommit,
  type IdempotencyKey,
  mapOutcome,
  type RouteResponse,
  withIdempotencyKeys,
} from '@torii/chassis';
import type { CatalogContext } from '../use-cases/context.ts';
import { createItems, type ItemCreation } from '../use-cases/create-items.ts';
import { presentCreatedItem } from './items.ts';

export interface CreationRequest extends IdempotencyKey {
  readonly creation: ItemCreation;
}

/** Items that are asked for at the same moment are created in one transaction, with the keys and answers of their requests. */
export function groupCreations(context: CatalogContext, apiBasePath: string): GroupCommit<CreationRequest, RouteResponse> {
  const { database } = context;
  return createGroupCommit({
    database,
    sizeOf: ({ creation: { search, events } }) => search[1].length + search[2].length + events.size,
    write: (tx, requests) =>
      withIdempotencyKeys({ database, tx }, requests, async (due) => {
        const outcomes = await createItems(
          context,
          tx,
          due.map(({ creation }) => creation),
        );
        return outcomes.map((outcome) => mapOutcome(outcome, (item) => presentCreatedItem(item, apiBasePath)));
      }),
  });
}
