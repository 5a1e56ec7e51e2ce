/** What a query has answered; a cell is a number where its column is one, and null where there is nothing. */
export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** How much was read, for the operator; undefined when that is not known. */
  readonly remark?: string;
}

export type Cell = string | number | boolean | null;
