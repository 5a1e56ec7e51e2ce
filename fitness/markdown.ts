// As much Markdown as the documents of this repository use.

export interface Section {
  readonly title: string;
  /** As a link to the heading names it. */
  readonly anchor: string;
  /** From the heading to the next one of its level or above. */
  readonly text: string;
}

/** Sections of one heading level; deeper headings belong to their text. Headings inside code blocks are none. */
export function listSections(markdown: string, level: number): readonly Section[] {
  const lines = markdown.split('\n');
  const headings = listHeadings(lines);
  return headings.flatMap(({ line, level: found, title }) => {
    if (found !== level) return [];
    const end = headings.find((other) => other.line > line && other.level <= level)?.line ?? lines.length;
    return [{ title, anchor: anchorOf(title), text: lines.slice(line + 1, end).join('\n') }];
  });
}

/** Anchors of every heading of a document. */
export function listAnchors(markdown: string): readonly string[] {
  return listHeadings(markdown.split('\n')).map(({ title }) => anchorOf(title));
}

/** Rows of every table of a text: one record per row, cells by the header's words. */
export function readTables(markdown: string): readonly Readonly<Record<string, string>>[] {
  const lines = markdown.split('\n');
  let header: readonly string[] | undefined;
  const rows: Readonly<Record<string, string>>[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('|')) header = undefined;
    else if (header === undefined) header = splitRow(line);
    else if (!/^\|[\s:|-]+$/.test(line)) rows.push(toRecord(header, splitRow(line), index + 1));
  }
  return rows;
}

function toRecord(header: readonly string[], cells: readonly string[], line: number): Readonly<Record<string, string>> {
  if (cells.length !== header.length)
    throw new Error(`The table cannot be read: line ${line} has ${cells.length} cells, its header ${header.length}.`);
  return Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
}

/** What stands in backticks, if a cell or phrase is nothing else. */
export function codeOf(cell: string): string {
  return /^`([^`]+)`$/.exec(cell)?.[1] ?? cell;
}

function splitRow(line: string): readonly string[] {
  const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
  return cells.slice(1, -1);
}

interface Heading {
  readonly line: number;
  readonly level: number;
  readonly title: string;
}

function listHeadings(lines: readonly string[]): readonly Heading[] {
  let isCode = false;
  return lines.flatMap((text, line) => {
    if (text.startsWith('```')) isCode = !isCode;
    const [, marks, title] = (isCode ? null : /^(#{1,6}) (.+)$/.exec(text)) ?? [];
    return marks === undefined || title === undefined ? [] : [{ line, level: marks.length, title: title.trim() }];
  });
}

/** GitHub's rule: lower case, no punctuation, hyphens for blanks. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(' ', '-');
}
