// What can happen to a schema between two releases, and whom it breaks.
//
// New publishers write to consumers that are not deployed yet: their data must fit the old schema. Old data waits in outboxes, queues,
// dead-letter queues and the archive for consumers of the new code: it must fit the new schema. A publisher writes declared fields only; a
// consumer ignores the others, unless its schema forbids them.

/** Who cannot read what is written by the other side. */
export type Reader = 'old-consumers' | 'new-consumers';

const OLD: readonly Reader[] = ['old-consumers'];
const NEW: readonly Reader[] = ['new-consumers'];
const BOTH: readonly Reader[] = ['old-consumers', 'new-consumers'];
const NOBODY: readonly Reader[] = [];

/** Every rule of the comparison. Each has a canary in `compare-schemas.test.ts`. */
export const SCHEMA_RULES = {
  'field-removed': BOTH,
  'required-field-added': NEW,
  'field-made-required': NEW,
  'field-made-optional': OLD,
  'field-added-to-closed-object': OLD,
  'object-closed': NEW,
  'map-changed': BOTH,
  'type-changed': BOTH,
  'type-narrowed': NEW,
  'type-widened': OLD,
  'values-narrowed': NEW,
  'values-widened': OLD,
  'bound-tightened': NEW,
  'bound-loosened': OLD,
  'constraint-added': NEW,
  'constraint-removed': OLD,
  'constraint-changed': BOTH,
  'default-changed': NEW,
  'pii-removed': NEW,
  'field-added': NOBODY,
  'object-opened': NOBODY,
  'pii-added': NOBODY,
  'text-changed': NOBODY,
} as const satisfies Readonly<Record<string, readonly Reader[]>>;

export type SchemaRule = keyof typeof SCHEMA_RULES;

export interface SchemaChange {
  readonly rule: SchemaRule;
  /** Dotted; elements of lists and values of maps are `*`, and the data itself is ''. */
  readonly path: string;
  /** What happened to it, as the end of a sentence that begins with the path. */
  readonly text: string;
  /** Nobody: the change is an addition. */
  readonly breaks: readonly Reader[];
}

export function change(rule: SchemaRule, path: string, text: string): SchemaChange {
  return { rule, path, text, breaks: SCHEMA_RULES[rule] };
}
