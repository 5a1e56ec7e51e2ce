/** One difference between a schema and the schema after a migration. */
export interface SchemaChange {
  readonly kind: ChangeKind;
  /** What and where, in words. */
  readonly text: string;
}

/**
 * What the version that still runs makes of each change. `expands`: it notices nothing. `contracts`: it breaks, unless the version before it
 * has stopped using it. `refused`: no order of releases makes it safe.
 */
export const VERDICTS = {
  'table-added': { verdict: 'expands' },
  'column-added': { verdict: 'expands' },
  'column-widened': { verdict: 'expands' },
  'column-made-nullable': { verdict: 'expands' },
  'default-changed': { verdict: 'expands' },
  'index-added': { verdict: 'expands' },
  'constraint-dropped': { verdict: 'expands' },
  'table-dropped': { verdict: 'contracts', why: 'it reads and writes that table' },
  'column-dropped': { verdict: 'contracts', why: 'it names that column' },
  'column-narrowed': {
    verdict: 'contracts',
    why: 'it writes values that the column does not hold any more, or reads others than it knows',
  },
  'column-made-required': { verdict: 'contracts', why: 'it writes rows without a value there' },
  'column-computed-otherwise': { verdict: 'contracts', why: 'it counts on what the database fills in' },
  'default-dropped': { verdict: 'contracts', why: 'it writes rows that do not name the column' },
  'collation-changed': { verdict: 'contracts', why: 'what it takes for equal, or for two, is not so any more' },
  'unique-added': { verdict: 'contracts', why: 'it writes rows that the index refuses' },
  'index-dropped': {
    verdict: 'contracts',
    why: 'its statements need the index: to be quick, to refuse what is there already, or to search',
  },
  'primary-key-changed': { verdict: 'contracts', why: 'it finds rows by that key, and counts on it to refuse what is there already' },
  'constraint-added': { verdict: 'contracts', why: 'it writes rows that the constraint refuses' },
  'rows-deleted': { verdict: 'contracts', why: 'it may still need those rows' },
  'column-added-required': {
    verdict: 'refused',
    why: 'its inserts do not name the column. Add it with a default, or nullable; fill it; make it NOT NULL in a later release',
  },
  'program-changed': {
    verdict: 'refused',
    why: 'views, triggers and routines do things that nobody sees in the service. Do them in the service',
  },
} as const satisfies Readonly<
  Record<string, { readonly verdict: 'expands' } | { readonly verdict: 'contracts' | 'refused'; readonly why: string }>
>;

export type ChangeKind = keyof typeof VERDICTS;
