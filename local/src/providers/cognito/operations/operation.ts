import type { Input } from '../input.ts';

/** One operation of the user pool API; refuses by throwing AwsError. */
export type Operation = (input: Input) => Promise<object>;
