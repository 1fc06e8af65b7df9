import type uPlot from 'uplot';
import { type DemandData, type Range, visibleTimes } from './demand-data.ts';
import { axes, type Ink, type Plot, utcDate } from './use-plot.ts';

const bandInk: Record<number, string> = { 0.95: '--band-95', 0.8: '--band-80', 0.5: '--band-50' };

/** Columns of the plot: days, sales, mean, the upper and lower edge of each band, what is supposed. */
function columns(data: DemandData, supposed: Supposed): uPlot.AlignedData {
  return [
    data.times as number[],
    data.sales,
    data.mean,
    ...data.bands.flatMap((band) => [band.high, band.low]),
    ...(supposed ? [besideForecast(data, supposed)] : []),
  ];
}

/** Expected demand of a what-if, from the first day of the forecast on. */
export type Supposed = readonly number[] | null;

function besideForecast({ mean }: DemandData, supposed: readonly number[]): (number | null)[] {
  const first = mean.findIndex((value) => value !== null);
  return mean.map((_, i) => (first < 0 ? null : (supposed[i - first] ?? null)));
}

/** A day between two gaps has no line to be seen by: it is shown as a dot. */
function lonelyPoints(sales: DemandData['sales'], colour: string): uPlot.Series.Points {
  const missing = (value: number | null | undefined) => value === null || value === undefined;
  const lonely = sales.flatMap((value, i) =>
    !missing(value) && missing(sales[i - 1]) && missing(sales[i + 1]) ? [i] : [],
  );
  return { show: false, filter: () => lonely, size: 3, width: 0, fill: colour };
}

function series(data: DemandData, ink: Ink, supposed: Supposed): uPlot.Series[] {
  const edge: uPlot.Series = { show: true, width: 0, points: { show: false } };
  return [
    {},
    { stroke: ink('--sales'), width: 1.25, points: lonelyPoints(data.sales, ink('--sales')) },
    { stroke: ink('--accent'), width: 2, points: { show: false } },
    ...data.bands.flatMap(() => [edge, edge]),
    ...(supposed
      ? [{ stroke: ink('--warn'), width: 2, dash: [6, 4], points: { show: false } }]
      : []),
  ];
}

/** A quiet strip along the foot of the chart, under the days with a promotion. */
function drawPromotions(data: DemandData, ink: Ink) {
  return (plot: uPlot) => {
    const { ctx, bbox } = plot;
    const strip = 4 * devicePixelRatio;
    const day = plot.valToPos(86_400, 'x', true) - plot.valToPos(0, 'x', true);
    ctx.save();
    ctx.fillStyle = ink('--promotion');
    data.promotion.forEach((promoted, i) => {
      if (!promoted) return;
      const x = plot.valToPos(data.times[i] as number, 'x', true);
      const [from, to] = [Math.max(bbox.left, x - day / 2), x + day / 2];
      if (to <= from || to > bbox.left + bbox.width) return;
      ctx.fillRect(from, bbox.top + bbox.height - strip, to - from, strip);
    });
    ctx.restore();
  };
}

/** A line where what is known ends and what is expected begins. */
function drawToday(data: DemandData, ink: Ink) {
  return (plot: uPlot) => {
    const first = data.mean.findIndex((value) => value !== null);
    if (first < 1) return;
    const { ctx, bbox } = plot;
    const x = Math.round(plot.valToPos((data.times[first] as number) - 43_200, 'x', true));
    ctx.save();
    ctx.strokeStyle = ink('--line-control');
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  };
}

interface DemandPlotInput {
  data: DemandData;
  range: Range;
  supposed: Supposed;
  onIndex: (index: number | null) => void;
}

export function demandPlot({ data, range, supposed, onIndex }: DemandPlotInput): Plot {
  const { min, max } = visibleTimes(data, range);
  return {
    data: columns(data, supposed),
    height: 320,
    onIndex,
    options: (ink) => ({
      tzDate: utcDate,
      legend: { show: false },
      padding: [8, 20, 0, 0],
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      scales: {
        x: { time: true, range: () => [min, max] },
        y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.04)] },
      },
      series: series(data, ink, supposed),
      bands: data.bands.map((band, i) => ({
        series: [3 + 2 * i, 4 + 2 * i],
        fill: ink(bandInk[band.share] ?? '--band-80'),
      })),
      axes: axes(ink),
      hooks: { draw: [drawToday(data, ink), drawPromotions(data, ink)] },
    }),
  };
}
