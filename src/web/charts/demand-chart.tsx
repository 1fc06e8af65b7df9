import { useMemo, useState } from 'react';
import { Segments } from '../components/segments.tsx';
import { unitName } from '../format/number.ts';
import type { ProductForecast, Sales } from '../queries/products.ts';
import type { Promotion } from '../queries/promotions.ts';
import { demandData, intervals, type Range } from './demand-data.ts';
import { demandPlot, type Supposed } from './demand-plot.ts';
import { DemandTables } from './demand-tables.tsx';
import { describeDemand, readDay } from './demand-words.ts';
import { PlotCanvas } from './plot-canvas.tsx';

const ranges = [
  ['4m', '4 months'],
  ['1y', '1 year'],
  ['all', 'All'],
] as const;

interface LegendProps {
  promoted: boolean;
  forecasted: boolean;
  supposed: boolean;
}

function Legend({ promoted, forecasted, supposed }: LegendProps) {
  return (
    <ul className="legend" aria-label="Legend">
      <li>
        <svg viewBox="0 0 22 12" aria-hidden="true">
          <path d="M1 6h20" stroke="var(--sales)" strokeWidth="1.5" />
        </svg>
        Sales
      </li>
      {forecasted && (
        <>
          <li>
            <svg viewBox="0 0 22 12" aria-hidden="true">
              <path d="M1 6h20" stroke="var(--accent)" strokeWidth="2.5" />
            </svg>
            Forecast
          </li>
          {[...intervals].reverse().map(({ share }) => (
            <li key={share}>
              <svg viewBox="0 0 22 12" aria-hidden="true">
                <rect width="22" height="12" rx="2" fill={`var(--band-${share * 100})`} />
                {share < 0.9 && <rect width="22" height="12" rx="2" fill="var(--band-80)" />}
              </svg>
              {share * 100} %
            </li>
          ))}
        </>
      )}
      {supposed && (
        <li>
          <svg viewBox="0 0 22 12" aria-hidden="true">
            <path d="M1 6h20" stroke="var(--warn)" strokeWidth="2.5" strokeDasharray="6 4" />
          </svg>
          What-if, not saved
        </li>
      )}
      {promoted && (
        <li>
          <svg viewBox="0 0 22 12" aria-hidden="true">
            <path d="M1 10h20" stroke="var(--promotion)" strokeWidth="4" />
          </svg>
          Promotion
        </li>
      )}
    </ul>
  );
}

interface DemandChartProps {
  name: string;
  unit: string;
  sales: Sales;
  promotions: readonly Promotion[];
  forecast: ProductForecast | null;
  /** Expected demand of a what-if, drawn beside the forecast. */
  supposed: Supposed;
}

/** Sales, the forecast with its 50, 80 and 95 % bands, and the same as text and tables. */
export function DemandChart({
  name,
  unit,
  sales,
  promotions,
  forecast,
  supposed,
}: DemandChartProps) {
  const [range, setRange] = useState<Range>('4m');
  const [index, setIndex] = useState<number | null>(null);
  const data = useMemo(
    () => demandData(sales, forecast, promotions),
    [sales, forecast, promotions],
  );
  const plot = useMemo(
    () => demandPlot({ data, range, supposed, onIndex: setIndex }),
    [data, range, supposed],
  );
  const description = describeDemand(data, unit);

  return (
    <figure className="chart">
      <div className="chart-head">
        <h2>
          Sales and forecast <span className="unit">{unitName(unit)} per day</span>
        </h2>
        <Segments label="History shown" value={range} choices={ranges} onChange={setRange} />
      </div>
      <Legend
        promoted={data.promotion.includes(true)}
        forecasted={data.bands.length > 0}
        supposed={supposed !== null}
      />
      <PlotCanvas
        label={`Sales and forecast of ${name}`}
        plot={plot}
        reading={
          index === null ? 'Point at a day, or use the arrow keys.' : readDay(data, index, unit)
        }
      />
      <figcaption className="small soft">{description}</figcaption>
      <DemandTables data={data} unit={unit} />
    </figure>
  );
}
