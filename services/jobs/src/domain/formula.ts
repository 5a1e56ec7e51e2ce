// A spreadsheet takes a cell that begins with one of these for a formula, and may run it
// (https://owasp.org/www-community/attacks/CSV_Injection). An apostrophe before it makes it text; spreadsheets hide it, and an
// import takes it away again, so what went through a file is what it was.

/** Behind any apostrophes, so that a cell that has one of its own gets another, and both ways undo each other. */
const FORMULA_START = /^'*[=+\-@\t\r]/;
const ESCAPED = /^'+[=+\-@\t\r]/;
/** Signed numbers are no formulas, and stay as they are. */
const NUMBER = /^[+-]?[\d.,\s]+%?$/;

export function escapeFormula(cell: string): string {
  return FORMULA_START.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
}

export function unescapeFormula(cell: string): string {
  return ESCAPED.test(cell) ? cell.slice(1) : cell;
}
