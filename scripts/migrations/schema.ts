// A schema as the database itself describes it, without what differs between versions of MariaDB and says nothing to a client.

export interface Column {
  /** As written in SQL: `varchar(64)`. */
  readonly type: string;
  readonly isNullable: boolean;
  /** True when an insert need not name it. */
  readonly hasDefault: boolean;
  /** The expression of its default, or of what computes it. */
  readonly value: string;
  /** auto_increment, on update …, stored generated */
  readonly extra: string;
  readonly collation: string;
}

export interface Index {
  readonly isUnique: boolean;
  /** BTREE, FULLTEXT, SPATIAL */
  readonly kind: string;
  /** With prefix lengths, in order. */
  readonly columns: readonly string[];
}

export interface Table {
  readonly columns: ReadonlyMap<string, Column>;
  readonly indexes: ReadonlyMap<string, Index>;
  /** Foreign keys and checks, in words by name. */
  readonly constraints: ReadonlyMap<string, string>;
}

export interface Schema {
  readonly tables: ReadonlyMap<string, Table>;
  /** Views, triggers, routines: what runs or answers inside of the database. */
  readonly programs: ReadonlySet<string>;
}
