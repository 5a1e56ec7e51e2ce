import type { Price } from '@torii/contracts';

/** Why a price could not be read; the sentence continues "…, because". */
export interface PriceFault {
  readonly code: 'PRICE_INVALID' | 'CURRENCY_MISSING' | 'CURRENCY_UNKNOWN';
  readonly message: string;
}

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));
/** A dollar sign alone is the US dollar's, as in Unicode CLDR's root locale; ¥ is the yen's, after NFKC also the full-width one. */
const SYMBOLS: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY', 円: 'JPY', '₩': 'KRW', '₹': 'INR' };
/** Prices under these Japanese headings are in yen. */
const YEN_HEADING = /円|価格|値段|定価|単価|金額/;
const MINOR_DIGITS = new Map<string, number>();

/** The currency a column's name promises (`price_usd`, `Price (EUR)`, `価格`), for rows that name none. */
export function currencyOfColumn(column: string): string | undefined {
  if (YEN_HEADING.test(column)) return 'JPY';
  const code = /[^A-Za-z]([A-Za-z]{3})[^A-Za-z]*$/.exec(column)?.[1]?.toUpperCase();
  return code !== undefined && CURRENCIES.has(code) ? code : undefined;
}

/**
 * Reads `12.50`, `1,234.50`, `1.234,50`, `€ 12`, `12 EUR`, `１２００円`. The row's own currency column wins, then what
 * the cell carries, then `fallback`. An amount that can be read two ways is refused.
 */
export function parsePriceAmount(text: string, currency: string | undefined, fallback?: string): Price | PriceFault {
  const [amount, written] = splitCurrency(text);
  const code = currency?.trim().toUpperCase() || written || fallback;
  const fault = checkCurrency(code, text);
  if (fault !== undefined || code === undefined) return fault ?? currencyMissing(text);
  const decimal = normalizeDecimal(amount);
  const amountMinor = decimal === undefined ? undefined : toMinor(decimal, minorDigits(code));
  if (amountMinor === undefined) return invalid(text, `an amount in ${code} looks like ${exampleOf(code)}`);
  return { amountMinor, currency: code };
}

/** Reads an amount that is already in the currency's minor unit. */
export function parsePriceMinor(text: string, currency: string | undefined, fallback?: string): Price | PriceFault {
  const code = currency?.trim().toUpperCase() || fallback;
  const fault = checkCurrency(code, text);
  if (fault !== undefined || code === undefined) return fault ?? currencyMissing(text);
  const digits = text.trim();
  const amountMinor = /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isSafeInteger(amountMinor)) return invalid(text, 'an amount in minor units is a whole number');
  return { amountMinor, currency: code };
}

/** `12.50`, `1200`, `0.005`: as `parsePriceAmount` reads it back, exact, without floating point. */
export function formatPriceAmount({ amountMinor, currency }: Price): string {
  const digits = minorDigits(currency);
  if (digits === 0) return String(amountMinor);
  const padded = String(amountMinor).padStart(digits + 1, '0');
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

export function isPriceFault(value: Price | PriceFault): value is PriceFault {
  return 'code' in value;
}

function checkCurrency(code: string | undefined, text: string): PriceFault | undefined {
  if (code === undefined || code === '') return currencyMissing(text);
  if (CURRENCIES.has(code)) return undefined;
  return { code: 'CURRENCY_UNKNOWN', message: `currency "${code}" is not an ISO 4217 code` };
}

function currencyMissing(text: string): PriceFault {
  return {
    code: 'CURRENCY_MISSING',
    message: `price "${text.trim()}" has no currency; map a column to price.currency, or write it like 12.50 EUR`,
  };
}

function invalid(text: string, why: string): PriceFault {
  return { code: 'PRICE_INVALID', message: `price "${text.trim()}" cannot be read; ${why}` };
}

/** `€ 1,200` → [`1,200`, `EUR`]. */
function splitCurrency(text: string): readonly [amount: string, currency: string | undefined] {
  const plain = text.normalize('NFKC').trim();
  const symbol = Object.keys(SYMBOLS).find((candidate) => plain.startsWith(candidate) || plain.endsWith(candidate));
  if (symbol !== undefined) return [plain.replace(symbol, '').trim(), SYMBOLS[symbol]];
  const code = /^([A-Za-z]{3})(?=[\s\d])|(?<=[\s\d])([A-Za-z]{3})$/.exec(plain);
  return code === null ? [plain, undefined] : [plain.replace(code[0], '').trim(), code[0].toUpperCase()];
}

/** Digits with at most one point, or undefined. The last of two different separators is the decimal one. */
function normalizeDecimal(text: string): string | undefined {
  const compact = text.replaceAll(/[\s'’]/g, '');
  if (/^\d+(\.\d+)?$/.test(compact)) return compact;
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(compact)) return compact.replaceAll(',', '');
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(compact) || /^\d{1,3}(\.\d{3}){2,}$/.test(compact))
    return compact.replaceAll('.', '').replace(',', '.');
  if (/^\d+,\d{1,2}$/.test(compact)) return compact.replace(',', '.');
  return undefined;
}

/** Exact, without floating point; undefined when there are more decimals than the currency has. */
function toMinor(decimal: string, digits: number): number | undefined {
  const [whole = '', fraction = ''] = decimal.split('.');
  const significant = fraction.replace(/0+$/, '');
  if (significant.length > digits) return undefined;
  const amountMinor = Number(whole + significant.padEnd(digits, '0'));
  return Number.isSafeInteger(amountMinor) ? amountMinor : undefined;
}

function minorDigits(code: string): number {
  const known = MINOR_DIGITS.get(code);
  if (known !== undefined) return known;
  const digits = new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2;
  MINOR_DIGITS.set(code, digits);
  return digits;
}

function exampleOf(code: string): string {
  const digits = minorDigits(code);
  return digits === 0 ? '1200' : `12.${'5'.padEnd(digits, '0')}`;
}
