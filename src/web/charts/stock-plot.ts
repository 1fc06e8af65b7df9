import type uPlot from 'uplot';
import type { StockData } from './stock-data.ts';
import { axes, type Plot, utcDate } from './use-plot.ts';

/** A mark at the foot of the chart where an open order arrives. */
function drawArrivals(stock: StockData, colour: string) {
  return (plot: uPlot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = colour;
    for (const arrival of stock.arrivals) {
      const at = Math.max(0, stock.days.indexOf(arrival.day));
      const x = plot.valToPos(stock.times[at] as number, 'x', true);
      const foot = bbox.top + bbox.height;
      const size = 5 * devicePixelRatio;
      ctx.beginPath();
      ctx.moveTo(x - size, foot);
      ctx.lineTo(x + size, foot);
      ctx.lineTo(x, foot - 1.7 * size);
      ctx.fill();
    }
    ctx.restore();
  };
}

/** The line of the order begins where it parts from the other: the evening before it arrives. */
function orderColumn({ withOrder, stock, days }: StockData): (number | null)[] {
  if (!withOrder) return days.map(() => null);
  const parts = withOrder.stock.findIndex((units, i) => units !== stock[i]);
  return withOrder.stock.map((units, i) => (parts >= 0 && i >= parts - 1 ? units : null));
}

/** On the ground line for every day on which demand finds no stock. */
function missedColumn({ missed, stock }: StockData): (number | null)[] {
  return missed.map((units, i) =>
    units > 0 || ((missed[i + 1] ?? 0) > 0 && stock[i] === 0) ? 0 : null,
  );
}

interface StockPlotInput {
  stock: StockData;
  reorderPoint: number | null;
  onIndex: (index: number | null) => void;
}

export function stockPlot({ stock, reorderPoint, onIndex }: StockPlotInput): Plot {
  const points = { show: false };
  return {
    data: [
      stock.times as number[],
      stock.stock as number[],
      stock.times.map(() => reorderPoint),
      orderColumn(stock),
      missedColumn(stock),
    ],
    height: 220,
    onIndex,
    options: (ink) => ({
      tzDate: utcDate,
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      scales: { y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.06)] } },
      series: [
        {},
        { stroke: ink('--ink'), width: 1.75, fill: ink('--band-95'), points },
        { stroke: ink('--warn'), width: 1.25, dash: [2, 4], points },
        { stroke: ink('--accent'), width: 2, dash: [8, 4], points },
        { stroke: ink('--danger'), width: 4, points },
      ],
      axes: axes(ink),
      hooks: { draw: [drawArrivals(stock, ink('--accent'))] },
    }),
  };
}
