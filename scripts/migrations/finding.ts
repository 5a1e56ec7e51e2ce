/** What is wrong with a migration. */
export interface MigrationFinding {
  readonly service: string;
  readonly migration: string;
  readonly rule: MigrationRule;
  /** What is found, a sentence's end: "drops column …". */
  readonly text: string;
}

export type MigrationRule =
  | 'removed'
  | 'edited'
  | 'release-lost'
  | 'unreleased'
  | 'out-of-order'
  | 'number-taken'
  | 'expansion-unknown'
  | 'expansion-not-released'
  | 'contracts-nothing'
  | 'fails'
  | 'not-repeatable'
  | 'other-effect'
  | 'breaks-old-version'
  | 'needs-a-contraction';
