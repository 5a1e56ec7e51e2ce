import type { Estimate, Line } from './estimate.ts';
import type { Usage } from './usage.ts';

/** What is printed, line by line. */
export function formatEstimate(environment: string, { lines, totalUsd, prices }: Estimate, usage: Usage): readonly string[] {
  const byStack = Map.groupBy(lines, ({ stack }) => stack);
  const months = prices.map(({ asOf }) => asOf.slice(0, 7)).toSorted();
  return [
    `${environment}: about $${totalUsd.toFixed(0)} a month`,
    `  ${usage.story}`,
    `  US dollars, on demand, without tax, and without free allowances unless a line says so; prices of ${months[0]} to ${months.at(-1)}`,
    '',
    ...[...byStack].flatMap(([stack, own]) => [`${stack.padEnd(WIDTHS.total)} ${formatUsd(sum(own))}`, ...formatLines(own), '']),
    `${'total'.padEnd(WIDTHS.total)} ${formatUsd(totalUsd)}`,
    '',
    'Most of it:',
    ...listLargest(lines).map(([type, usd]) => `  ${type.padEnd(WIDTHS.total - 2)} ${formatUsd(usd)}`),
    '',
    `Not in it: data that leaves AWS other than by CloudFront, other accounts, domains, QuickSight's people, support.`,
    ...formatUnverified(lines, totalUsd),
  ];
}

/** Columns, in characters. */
const WIDTHS = { type: 42, item: 36, quantity: 26, price: 13, total: 120, line: 120 };
/** More than this and the list is the estimate again. */
const LARGEST = 8;

/** Prices that nobody has looked up at their source, and how much of the total rests on them. */
function formatUnverified(lines: readonly Line[], totalUsd: number): readonly string[] {
  const own = lines.filter(({ price }) => price.basis === 'unverified');
  if (own.length === 0) return [];
  const share = totalUsd === 0 ? 0 : Math.round((sum(own) / totalUsd) * 100);
  return [
    `Not verified, ${formatUsd(sum(own)).trim()} or ${share} % of the total (each names its source in infra/prices/):`,
    ...wrap([...new Set(own.map(({ price }) => price.id))]),
  ];
}

function formatLines(lines: readonly Line[]): readonly string[] {
  return lines
    .toSorted((one, other) => other.monthlyUsd - one.monthlyUsd)
    .map(({ type, resources, price, quantity, monthlyUsd, because }) => {
      const name = `${type.replace(/^AWS::/, '')}${resources > 1 ? ` (${resources})` : ''}`;
      const cells = [
        name.padEnd(WIDTHS.type),
        price.id.padEnd(WIDTHS.item),
        `${formatQuantity(quantity)} ${formatUnit(price.per, quantity)}`.padEnd(WIDTHS.quantity),
        `$${formatPrice(price.usd)}`.padStart(WIDTHS.price),
      ];
      return `  ${cells.join('')}  ${formatUsd(monthlyUsd)}  ${because}`;
    });
}

function listLargest(lines: readonly Line[]): readonly (readonly [string, number])[] {
  const byType = Map.groupBy(lines, ({ type }) => type.replace(/^AWS::/, ''));
  return [...byType]
    .map(([type, own]) => [type, sum(own)] as const)
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, LARGEST);
}

function sum(lines: readonly Line[]): number {
  return lines.reduce((total, { monthlyUsd }) => total + monthlyUsd, 0);
}

function formatUsd(usd: number): string {
  return `$${usd.toFixed(2)}`.padStart(9);
}

/** Prices of single requests have many noughts. */
function formatPrice(usd: number): string {
  return usd >= 0.0001 ? String(usd) : usd.toFixed(10).replace(/0+$/, '');
}

function formatQuantity(quantity: number): string {
  return quantity >= 100 ? Math.round(quantity).toLocaleString('en-US') : String(Number(quantity.toFixed(2)));
}

function formatUnit(per: string, quantity: number): string {
  return quantity === 1 || per.endsWith('GiB') ? per : `${per}s`;
}

function wrap(words: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 2 <= WIDTHS.line) lines[lines.length - 1] = `${last}, ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines;
}
