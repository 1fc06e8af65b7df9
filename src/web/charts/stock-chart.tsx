import { useMemo, useState } from 'react';
import { day, dayWithWeekday } from '../format/date.ts';
import { decimal, units } from '../format/number.ts';
import { PlotCanvas } from './plot-canvas.tsx';
import type { StockData } from './stock-data.ts';
import { stockPlot } from './stock-plot.ts';

/** What the projection says, in words. */
export function describeStock(stock: StockData, unit: string): string {
  const arriving = stock.arrivals.map(
    (arrival) => `${units(arrival.units)} ${unit} on ${day(arrival.day)} (${arrival.number})`,
  );
  const brings = arriving.length > 0 ? ` Arriving: ${arriving.join(', ')}.` : '';
  return stock.stockOutDay
    ? `Along the forecast the stock is used up on ${day(stock.stockOutDay)}, after ${stock.daysOfCover} days.${brings}`
    : `Along the forecast the stock lasts beyond the ${stock.horizonDays} days that the forecast reaches.${brings}`;
}

interface StockChartProps {
  name: string;
  unit: string;
  stock: StockData;
  reorderPoint: number | null;
}

/** Stock projected along the forecast, with arrivals of open orders and the reorder point. */
export function StockChart({ name, unit, stock, reorderPoint }: StockChartProps) {
  const [index, setIndex] = useState<number | null>(null);
  const plot = useMemo(
    () => stockPlot({ stock, reorderPoint, onIndex: setIndex }),
    [stock, reorderPoint],
  );
  const reading =
    index === null
      ? 'Point at a day, or use the arrow keys.'
      : `${dayWithWeekday(stock.days[index] as string)} · ${decimal(stock.stock[index], 1)} ${unit} at the end of the day`;

  return (
    <figure className="chart">
      <div className="chart-head">
        <h2>
          Stock ahead <span className="unit">{unit}</span>
        </h2>
        <ul className="legend" aria-label="Legend">
          <li>
            <svg viewBox="0 0 22 12" aria-hidden="true">
              <path d="M1 6h20" stroke="var(--ink)" strokeWidth="2" />
            </svg>
            Projected stock
          </li>
          {reorderPoint !== null && (
            <li>
              <svg viewBox="0 0 22 12" aria-hidden="true">
                <path d="M1 6h20" stroke="var(--warn)" strokeWidth="2" strokeDasharray="5 3" />
              </svg>
              Reorder point {units(reorderPoint)}
            </li>
          )}
          {stock.arrivals.length > 0 && (
            <li>
              <svg viewBox="0 0 22 12" aria-hidden="true">
                <path d="M6 11h10L11 2z" fill="var(--accent)" />
              </svg>
              Order arrives
            </li>
          )}
        </ul>
      </div>
      <PlotCanvas label={`Projected stock of ${name}`} plot={plot} reading={reading} />
      <figcaption className="small soft">{describeStock(stock, unit)}</figcaption>
    </figure>
  );
}
