import type { Readable, Writable } from 'node:stream';

/** What a command has of its process; tests bring their own. */
export interface Io {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** A command: gives the exit code, and back what it holds when `signal` says so. */
export type Program = (words: readonly string[], io: Io, signal: AbortSignal) => Promise<number>;
