import { calendarDay, dayNear, dayWithWeekday } from '../format/date.ts';
import { count, quantity } from '../format/number.ts';
import type { StockData } from './stock-data.ts';

/** Units missed from the first empty day until something arrives, and the day when it does. */
function shortage(stock: StockData): { units: number; until: string | null } | null {
  const firstMissed = stock.missed.findIndex((units) => units > 0);
  if (firstMissed < 0) return null;
  const from = stock.days[firstMissed] as string;
  const coming = [
    ...stock.arrivals.map(({ day }) => day),
    ...(stock.withOrder ? [stock.withOrder.arrival.day] : []),
  ].filter((day) => day > from);
  const until = coming.sort()[0] ?? null;
  const units = stock.missed.reduce(
    (sum, missed, i) => (until === null || (stock.days[i] as string) < until ? sum + missed : sum),
    0,
  );
  return { units, until };
}

function runsOut(stock: StockData, today: string): string {
  if (stock.stockOutDay === null) {
    return `The stock lasts beyond the ${count(stock.horizonDays, 'day')} that the forecast reaches`;
  }
  if (stock.daysOfCover === 0 || stock.stockOutDay < today) return 'The stock is used up';
  if (stock.stockOutDay === today) return 'The stock runs out today';
  return `The stock runs out on ${dayNear(stock.stockOutDay)}`;
}

/** "; about 31 units would be missed before 1 Dec". */
function missedWords(stock: StockData, unit: string): string {
  const short = shortage(stock);
  if (!short || short.units < 0.5) return '';
  const until = short.until ? dayNear(short.until) : `the end of ${dayNear(stock.days.at(-1))}`;
  return `; about ${quantity(short.units, unit, short.units < 10 ? 1 : 0)} would be missed before ${until}`;
}

function orderWords({ withOrder }: StockData, unit: string): string {
  if (!withOrder) return '';
  const { arrival, stockOutDay } = withOrder;
  const lasts = stockOutDay ? `until ${dayNear(stockOutDay)}` : 'to the end of the forecast';
  return ` With the proposed ${quantity(arrival.units, unit)}, arriving on ${dayNear(arrival.day)}, it lasts ${lasts}.`;
}

/** What the projection says, in words. */
export function describeStock(stock: StockData, unit: string, today = calendarDay()): string {
  const arriving = stock.arrivals.map(
    ({ units, day, number }) => `${quantity(units, unit)} on ${dayNear(day)} (${number})`,
  );
  const brings = arriving.length > 0 ? ` On its way: ${arriving.join(', ')}.` : '';
  return `${runsOut(stock, today)}${missedWords(stock, unit)}.${brings}${orderWords(stock, unit)}`;
}

/** One day of the projection, as read under the cursor. */
export function readStockDay(stock: StockData, index: number, unit: string): string {
  const day = stock.days[index];
  if (day === undefined) return '';
  const parts = [
    dayWithWeekday(day),
    `${quantity(stock.stock[index], unit, 1)} at the end of the day`,
  ];
  const missed = stock.missed[index] ?? 0;
  if (missed > 0.05) parts.push(`${quantity(missed, unit, 1)} missed`);
  const ordered = stock.withOrder;
  if (ordered && day >= ordered.arrival.day) {
    parts.push(`${quantity(ordered.stock[index], unit, 1)} with this order`);
  }
  return parts.join(' · ');
}
