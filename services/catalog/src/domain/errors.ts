import { ServiceError } from '@torii/chassis';

export function itemNotFound(id: string): ServiceError {
  return new ServiceError({
    code: 'ITEM_NOT_FOUND',
    kind: 'not-found',
    message: `Item ${id} cannot be found: there is none that you may see.`,
  });
}

export function itemNotOwned(id: string): ServiceError {
  return new ServiceError({
    code: 'ITEM_NOT_OWNED',
    kind: 'forbidden',
    message: `Item ${id} cannot be changed: only its owner may do that.`,
  });
}

export function itemVersionStale(id: string, version: number): ServiceError {
  return new ServiceError({
    code: 'ITEM_VERSION_STALE',
    kind: 'precondition-failed',
    message: `Item ${id} cannot be changed: it is at version ${version} by now. Read it again, then repeat the change.`,
  });
}

export function ifMatchRequired(): ServiceError {
  return new ServiceError({
    code: 'IF_MATCH_REQUIRED',
    kind: 'precondition-required',
    message: 'The item cannot be changed: the request has no If-Match header with the ETag that the change is based on.',
  });
}

export function ifMatchMalformed(): ServiceError {
  return new ServiceError({
    code: 'IF_MATCH_MALFORMED',
    kind: 'invalid',
    message: 'The If-Match header cannot be read: it must be * or a list of quoted ETags such as "3".',
  });
}

export function itemWithoutPrice(sku: string): ServiceError {
  return new ServiceError({
    code: 'ITEM_WITHOUT_PRICE',
    kind: 'invalid',
    message: `Item ${sku} cannot be listed: it has no price.`,
  });
}

export function skuTaken(sku: string, cause?: unknown): ServiceError {
  return new ServiceError({
    code: 'SKU_TAKEN',
    kind: 'conflict',
    message: `Item ${sku} cannot be saved: another of your items has this sku.`,
    cause,
  });
}

export function ownerDeleted(ownerId: string): ServiceError {
  return new ServiceError({
    code: 'OWNER_DELETED',
    kind: 'forbidden',
    message: `Nothing can be saved for user ${ownerId}: the account has been deleted.`,
  });
}

export function cacheUnavailable(id: string): ServiceError {
  return new ServiceError({
    code: 'CACHE_UNAVAILABLE',
    kind: 'unavailable',
    message: `Item ${id} cannot be forgotten by the cache now: it does not answer.`,
  });
}

/** Another writer made items of the same skus, or the owner was deleted, between our read and our write; the same batch again will see it. */
export function importBatchRaced(ownerId: string, cause?: unknown): ServiceError {
  return new ServiceError({
    code: 'IMPORT_BATCH_RACED',
    kind: 'unavailable',
    message: `The import batch of user ${ownerId} cannot be applied now: what it is about changed at the same moment.`,
    cause,
  });
}
