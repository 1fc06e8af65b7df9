import type { Money } from '../../contract/index.ts';

const decimals = 4;

/** Ten-thousandths of the currency, as an integer: sums of money stay exact. */
function scaled(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const units = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  return amount.startsWith('-') ? -units : units;
}

function unscaled(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, '0');
  const text = `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return units < 0n ? `-${text}` : text;
}

/** One sum per currency, in the order in which they first appear. */
export function sumMoney(values: readonly Money[]): Money[] {
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of values) {
    sums.set(currency, (sums.get(currency) ?? 0n) + scaled(amount));
  }
  return [...sums].map(([currency, units]) => ({ amount: unscaled(units), currency }));
}
