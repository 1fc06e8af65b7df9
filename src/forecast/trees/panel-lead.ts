/** How far trees over all series may be trusted, beside models that see one series only. */

import { DEFAULT_WINDOWS, type Origins } from '../backtest-windows.ts';
import { isWorthTime, severalSeasons } from '../candidates.ts';
import { prepare } from '../prepare.ts';
import { seriesScales } from '../score.ts';
import { contend } from '../select.ts';
import type { ExternalForecast, Series } from '../types.ts';

/** Models of one series that trees are held against. */
const QUICK = ['theta', 'ets', 'window-average'] as const;
/** Rivals, too, wherever `auto` takes its time for them. */
const SLOW = ['ces', 'arima'] as const;

function rivalsOn({ length, season }: { length: number; season: number }): readonly string[] {
  return [...QUICK, ...(isWorthTime({ length, season }) ? SLOW : []), ...severalSeasons(season)];
}

/**
 * Of what is measured on one series, a third is the series and two thirds are luck: what is measured on
 * all of them counts for twice as much.
 */
const WEIGHT_OF_ALL = 2;
/** However much better trees are on all series, on one of them they may not be. */
const LARGEST_LEAD = 0.9;
/** Series that trees are tried on: enough to tell ten per cent. */
const TRIED = 50;

/**
 * Series to try trees on: evenly spread over their names, so that their order does not matter.
 * `batch` series · returns at most fifty of them
 */
export function pickTried<S extends { readonly id: string }>(batch: readonly S[]): readonly S[] {
  const byName = [...batch].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
  const step = Math.max(1, byName.length / TRIED);
  return Array.from(
    { length: Math.min(TRIED, byName.length) },
    (_, i) => byName[Math.floor(i * step)]!,
  );
}

/**
 * Factor on the errors of trees when they are compared on a single series. Where over all series they
 * err less than each simple model, they have a lead; where the series have too little in common for
 * that, winning the backtest of one of them is luck, and their errors count for more.
 * `tried` series and what trees said of them; only the first origins are looked at, as many as a choice
 * among methods rests on: where a backtest asked for more, they lie before all that it scores · `season` periods · returns a factor ≥ 0.9; 1 where nothing can be compared
 */
export function leadOver(
  tried: readonly { readonly series: Series; readonly said: ExternalForecast }[],
  season: number,
): number {
  const gaps = tried.flatMap((one) => gapsOf(one, season));
  const byRival = Map.groupBy(gaps, ({ rival }) => rival);
  const means = [...byRival.values()].map((of) => meanOf(of.map(({ gap }) => gap)));
  const worst = means.length === 0 ? 0 : Math.max(...means);
  return Math.max(LARGEST_LEAD, Math.exp(WEIGHT_OF_ALL * worst));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Logarithm of the error of trees over that of a rival. */
interface Gap {
  readonly rival: string;
  readonly gap: number;
}

/** One gap for each rival, where both errors can be had. */
function gapsOf(
  { series, said }: { series: Series; said: ExternalForecast },
  season: number,
): readonly Gap[] {
  const ready = prepare({ ...series, external: [said] });
  const first = said.said[0];
  if (!ready.ok || first === undefined) return [];
  const { y, states, outside } = ready.prepared;
  const { horizon } = first;
  const cut = series.y.length - y.length;
  const lengths = said.said
    .slice(0, DEFAULT_WINDOWS)
    .map(({ known }) => known - cut)
    .filter((known) => known > 0 && known + horizon <= y.length);
  if (lengths.length === 0) return [];
  const origins: Origins = { lengths, horizon };
  const seen = y.subarray(0, lengths.at(-1)! + horizon);
  const scales = seriesScales(y.subarray(0, lengths[0]!), season);
  const contest = { origins, season, states, scales, outside };
  const rivals = rivalsOn({ length: y.length, season });
  const errors = new Map(
    contend([said.method, ...rivals], seen, contest).map(({ score }) => [
      score.method,
      score.rmsse,
    ]),
  );
  const own = errors.get(said.method) ?? Number.NaN;
  return rivals
    .map((rival) => ({ rival, gap: Math.log(own / (errors.get(rival) ?? Number.NaN)) }))
    .filter(({ gap }) => Number.isFinite(gap));
}
