/** The command cannot be run as it was written: exit code 2. The message says what, why and what to do. */
export class UsageError extends Error {}

/** The command was right and could not do its work: exit code 1, and no stack, because the message is for an operator. */
export class OperationError extends Error {}
