import type { Money } from '../../contract/index.ts';
import { locale } from './locale.ts';

type Amount = Intl.StringNumericLiteral;

function formatter(currency: string, decimals?: number): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...(decimals !== undefined && {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    }),
  });
}

/** Amount with its currency, exact: the text goes to Intl without becoming a float. */
export function money(value: Money | null | undefined): string {
  return value ? formatter(value.currency).format(value.amount as Amount) : '–';
}

/** Amount for a heading: whole units of currency. */
export function roundMoney(value: Money | null | undefined): string {
  return value ? formatter(value.currency, 0).format(value.amount as Amount) : '–';
}

/** One entry per currency; sums in different currencies are never added up. */
export function moneyList(values: readonly Money[], format = roundMoney): string {
  return values.length === 0 ? '–' : values.map(format).join(' + ');
}

/** Quantity × unit cost, for display while a quantity is being edited. */
export function lineValue(quantity: number, unitCost: Money): Money {
  const amount = (quantity * Number(unitCost.amount)).toFixed(4);
  return { amount, currency: unitCost.currency };
}
