/** Amounts of money in the smallest unit that a currency has. */

/** ISO 4217 currencies whose smallest unit is not a hundredth. */
const DECIMALS: readonly (readonly [number, string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF UYW'],
];
const KNOWN = new Map(
  DECIMALS.flatMap(([decimals, codes]) => codes.split(' ').map((code) => [code, decimals])),
);

/**
 * Decimals of a currency.
 *
 * `currency` ISO 4217, null if unknown · returns 0, 2, 3 or 4; 2 for every code that is not listed
 * source ISO 4217:2015, list one, column "minor unit"
 */
export function currencyDecimals(currency: string | null): number {
  return KNOWN.get(currency ?? '') ?? 2;
}

/**
 * Rounds an amount to the smallest unit of its currency, halves away from zero.
 *
 * `amount` below 10¹² · returns an amount that its currency can express
 */
export function roundMoney(amount: number, currency: string | null): number {
  const scale = 10 ** currencyDecimals(currency);
  // A half that binary arithmetic has left just below is a half.
  const units = Math.round(Math.abs(amount) * scale * (1 + 2 ** -50));
  return (Math.sign(amount) * units) / scale;
}
