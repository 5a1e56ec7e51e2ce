import { v7 } from 'uuid';

/** Makes a new id; injected so that tests know it. */
export type CreateId = () => string;

/** UUID version 7: begins with the time, so that new rows land at the end of a primary key. */
export const createUuid: CreateId = () => v7();
