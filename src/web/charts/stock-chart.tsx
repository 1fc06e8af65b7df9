import { type ReactNode, useMemo, useState } from 'react';
import { unitName, units } from '../format/number.ts';
import { PlotCanvas } from './plot-canvas.tsx';
import type { StockData } from './stock-data.ts';
import { stockPlot } from './stock-plot.ts';
import { describeStock, readStockDay } from './stock-words.ts';

function Key({ children, label }: { children: ReactNode; label: string }) {
  return (
    <li>
      <svg viewBox="0 0 22 12" aria-hidden="true">
        {children}
      </svg>
      {label}
    </li>
  );
}

function Legend({ stock, reorderPoint }: { stock: StockData; reorderPoint: number | null }) {
  return (
    <ul className="legend" aria-label="Legend">
      <Key label="Projected stock">
        <path d="M1 6h20" stroke="var(--ink)" strokeWidth="2" />
      </Key>
      {stock.withOrder && (
        <Key label="With this order">
          <path d="M1 6h20" stroke="var(--accent)" strokeWidth="2" strokeDasharray="7 4" />
        </Key>
      )}
      {stock.missed.some((missed) => missed > 0) && (
        <Key label="Demand missed">
          <path d="M1 6h20" stroke="var(--danger)" strokeWidth="4" />
        </Key>
      )}
      {reorderPoint !== null && (
        <Key label={`Reorder point ${units(reorderPoint)}`}>
          <path d="M1 6h20" stroke="var(--warn)" strokeWidth="1.5" strokeDasharray="2 3" />
        </Key>
      )}
      {stock.arrivals.length > 0 && (
        <Key label="Open order arrives">
          <path d="M6 11h10L11 2z" fill="var(--accent)" />
        </Key>
      )}
    </ul>
  );
}

interface StockChartProps {
  name: string;
  unit: string;
  stock: StockData;
  reorderPoint: number | null;
}

/** Stock projected along the forecast, without and with the proposed order. */
export function StockChart({ name, unit, stock, reorderPoint }: StockChartProps) {
  const [index, setIndex] = useState<number | null>(null);
  const plot = useMemo(
    () => stockPlot({ stock, reorderPoint, onIndex: setIndex }),
    [stock, reorderPoint],
  );
  return (
    <figure className="chart">
      <div className="chart-head">
        <h2>
          Stock ahead <span className="unit">{unitName(unit)}</span>
        </h2>
      </div>
      <Legend stock={stock} reorderPoint={reorderPoint} />
      <PlotCanvas
        label={`Projected stock of ${name}`}
        plot={plot}
        reading={
          index === null
            ? 'Point at a day, or use the arrow keys.'
            : readStockDay(stock, index, unit)
        }
      />
      <figcaption className="small soft">{describeStock(stock, unit)}</figcaption>
    </figure>
  );
}
