/** What clients know of the writes they sent. A marker is the name that a write gives its item: the database tells whether it is there. */
export interface Memory {
  /** Said by the API to be done. */
  readonly acknowledged: readonly Acknowledged[];
  /** Markers of writes that the API refused. */
  readonly refused: readonly string[];
  /** Repeated requests that were answered otherwise than the first try must have been, for example "taken" instead of "created". */
  readonly otherAnswers: readonly string[];
  /** Writes whose client gave up: they may have happened, once. */
  readonly unknown: number;
  /** Answers other than success and refusal, by status; 0: none came; -1: nobody was there to ask. */
  readonly troubles: ReadonlyMap<number, number>;
  /** Markers of tries that got no answer. */
  readonly unanswered: readonly string[];
  /** Longest that a client waited for any answer, in milliseconds. */
  readonly longestAnswerMs: number;
}

export interface Acknowledged {
  readonly kind: 'create' | 'change' | 'delete';
  readonly itemId: string;
  readonly marker: string | undefined;
}

export interface Recorder extends Memory {
  acknowledge(write: Acknowledged): void;
  refuse(marker: string): void;
  answerOtherwise(what: string): void;
  giveUp(): void;
  trouble(status: number, marker: string): void;
  answered(afterMs: number): void;
}

export function createRecorder(): Recorder {
  const acknowledged: Acknowledged[] = [];
  const refused: string[] = [];
  const otherAnswers: string[] = [];
  const unanswered: string[] = [];
  const troubles = new Map<number, number>();
  let unknown = 0;
  let longestAnswerMs = 0;
  return {
    acknowledged,
    refused,
    otherAnswers,
    unanswered,
    troubles,
    get unknown() {
      return unknown;
    },
    get longestAnswerMs() {
      return longestAnswerMs;
    },
    acknowledge: (write) => void acknowledged.push(write),
    refuse: (marker) => void refused.push(marker),
    answerOtherwise: (what) => void otherAnswers.push(what),
    giveUp: () => {
      unknown += 1;
    },
    trouble: (status, marker) => {
      troubles.set(status, (troubles.get(status) ?? 0) + 1);
      if (status === 0) unanswered.push(marker);
    },
    answered: (afterMs) => {
      longestAnswerMs = Math.max(longestAnswerMs, afterMs);
    },
  };
}
