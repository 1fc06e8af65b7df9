import type uPlot from 'uplot';
import type { StockData } from './stock-data.ts';
import { axes, type Plot, utcDate } from './use-plot.ts';

/** Stock falls by the day's demand at its end: a stepped line, with a mark where an order arrives. */
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

interface StockPlotInput {
  stock: StockData;
  reorderPoint: number | null;
  onIndex: (index: number | null) => void;
}

export function stockPlot({ stock, reorderPoint, onIndex }: StockPlotInput): Plot {
  return {
    data: [
      stock.times as number[],
      stock.stock as number[],
      stock.times.map(() => reorderPoint),
      stock.times.map(() => 0),
    ],
    height: 220,
    onIndex,
    options: (ink) => ({
      tzDate: utcDate,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      scales: {
        y: {
          range: (_plot, low, high) => [Math.min(0, low * 1.08), Math.max(1, high * 1.08)],
        },
      },
      series: [
        {},
        { stroke: ink('--ink'), width: 1.75, fill: ink('--band-95'), points: { show: false } },
        { stroke: ink('--warn'), width: 1.5, dash: [6, 4], points: { show: false } },
        { stroke: ink('--line-control'), width: 1, points: { show: false } },
      ],
      axes: axes(ink),
      hooks: { draw: [drawArrivals(stock, ink('--accent'))] },
    }),
  };
}
