import { locale } from './locale.ts';

const formatters = new Map<number, Intl.NumberFormat>();

/** Number with at most so many decimals; a missing value is a dash that is read as such. */
export function decimal(value: number | null | undefined, maximumDecimals = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  let formatter = formatters.get(maximumDecimals);
  if (!formatter) {
    formatter = new Intl.NumberFormat(locale, { maximumFractionDigits: maximumDecimals });
    formatters.set(maximumDecimals, formatter);
  }
  // A rounded "-0" would read as a negative stock.
  return formatter.format(Math.abs(value) < 0.5 * 10 ** -maximumDecimals ? 0 : value);
}

/** Units of a product: whole where they are whole, else as many decimals as say something. */
export function units(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return decimal(value, Number.isInteger(value) ? 0 : Math.abs(value) >= 100 ? 0 : 2);
}

/** Share in [0,1] as percent. */
export function percent(value: number | null | undefined, maximumDecimals = 0): string {
  return value === null || value === undefined || !Number.isFinite(value)
    ? '–'
    : `${decimal(value * 100, maximumDecimals)} %`;
}

/** Score such as MASE: two decimals, always, so that columns compare. */
export function score(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  }).format(value);
}

/** "1 line", "2 lines", "1.5 days": the noun follows the number as it is shown. */
export function count(
  value: number,
  singular: string,
  {
    plural = `${singular}s`,
    maximumDecimals = 0,
  }: { plural?: string; maximumDecimals?: number } = {},
): string {
  const shown = decimal(value, maximumDecimals);
  return `${shown} ${shown === '1' ? singular : plural}`;
}

/** What is sold one by one is counted in "units"; every other unit by its own name. */
export function unitName(unit: string): string {
  return unit === 'each' ? 'units' : unit;
}

/** "12 units", "1 unit", "2.5 kg": for sentences. */
export function quantity(
  value: number | null | undefined,
  unit: string,
  decimals?: number,
): string {
  const shown = decimals === undefined ? units(value) : decimal(value, decimals);
  return `${shown} ${unit === 'each' ? (shown === '1' ? 'unit' : 'units') : unit}`;
}

/** "12", "2.5 kg": for columns, where "each" in every row would be noise. */
export function briefQuantity(value: number | null | undefined, unit: string): string {
  return unit === 'each' || value === null || value === undefined
    ? units(value)
    : `${units(value)} ${unit}`;
}

export function fileSize(bytes: number | null): string {
  if (bytes === null) return '–';
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${decimal(bytes / 1000)} kB`;
  return `${decimal(bytes / 1_000_000, 1)} MB`;
}
