const KIB = 1024;

/** `3.2 MB` in the reader's language; counts in units of 1024 as file managers do. */
export function formatBytes(bytes: number, language: string): string {
  const [unit, divisor] =
    bytes < KIB ? (['byte', 1] as const) : bytes < KIB * KIB ? (['kilobyte', KIB] as const) : (['megabyte', KIB * KIB] as const);
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 }).format(bytes / divisor);
}
