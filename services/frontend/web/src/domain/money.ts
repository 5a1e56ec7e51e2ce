import type { Price } from '@torii/contracts';

/** Digits after the decimal point of a currency: 2 for EUR, 0 for JPY. */
export function countFractionDigits(currency: string): number {
  try {
    return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** `12.5` EUR for people: `€12.50`. */
export function formatPrice(price: Price, language: string): string {
  const amount = price.amountMinor / 10 ** countFractionDigits(price.currency);
  return new Intl.NumberFormat(language, { style: 'currency', currency: price.currency }).format(amount);
}

/** The amount as one types it: `12.50`. */
export function formatAmount(price: Price): string {
  return (price.amountMinor / 10 ** countFractionDigits(price.currency)).toFixed(countFractionDigits(price.currency));
}

/** Minor units of what was typed, by its digits and not through a float; undefined when it is no amount of that currency. */
export function findAmountMinor(text: string, currency: string): number | undefined {
  const match = /^(\d+)(?:[.,](\d*))?$/.exec(text.trim());
  if (match === null) return undefined;
  const digits = countFractionDigits(currency);
  const fraction = match[2] ?? '';
  if (fraction.length > digits) return undefined;
  const minor = Number(`${match[1]}${fraction.padEnd(digits, '0')}`);
  return Number.isSafeInteger(minor) ? minor : undefined;
}
