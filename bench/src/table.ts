import { type Finding, judge, type Target } from './finding.ts';
import { median } from './statistics.ts';

const HEADER = ['path', 'reference', 'ratio', 'rounds', 'target', 'met?', 'figures'] as const;
const MET = { met: 'yes', missed: 'MISSED', unjudged: '–' } as const;

/** The findings as lines of a Markdown table: read on a terminal and pasted into a document alike. */
export function formatTable(findings: readonly Finding[]): readonly string[] {
  const rows = [HEADER, ...findings.map(toCells)];
  const widths = HEADER.map((_title, column) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`.replace(/ +\|$/, ' |');
  const [header = '', ...body] = rows.map(line);
  return [header, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...body];
}

function toCells(finding: Finding): readonly string[] {
  const { path, reference, ratios, target, note } = finding;
  return [path, reference, formatRatio(median(ratios)), formatRange(ratios), formatTarget(target), MET[judge(finding)], note];
}

function formatRange(ratios: readonly number[]): string {
  return `${formatRatio(Math.min(...ratios))}–${formatRatio(Math.max(...ratios))} of ${ratios.length}`;
}

function formatTarget(target: Target | undefined): string {
  if (target === undefined) return '–';
  return 'atLeast' in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
}

function formatRatio(ratio: number): string {
  if (ratio >= 10) return ratio.toFixed(1);
  return ratio >= 0.1 ? ratio.toFixed(2) : ratio.toFixed(3);
}
