/** How much trees over all series add to models that see one series only. */

import { DEFAULT_WINDOWS, type Origins } from '../backtest-windows.ts';
import { isWorthTime } from '../candidates.ts';
import { longSeasons, type Seen } from '../long-seasons.ts';
import { MOVING } from '../pool.ts';
import { prepare } from '../prepare.ts';
import { seriesScales } from '../score.ts';
import { contend, select } from '../select.ts';
import type { ExternalForecast, Series } from '../types.ts';
import { evenlyByName } from './evenly-by-name.ts';

/** Models of one series that trees are held against. */
const QUICK = ['theta', 'ets', 'window-average'] as const;
/** Rivals, too, wherever `auto` takes its time for them. */
const SLOW = ['ces', 'arima'] as const;

function rivalsOn(seen: Seen & { readonly length: number }): readonly string[] {
  return [...QUICK, ...(isWorthTime(seen) ? SLOW : []), ...longSeasons(seen)];
}

/** Half, unless the series prove something else: a plain mean is hard to beat. */
const USUAL_SHARE = 0.5;
/** Standard deviation of the share that is best, over panels. */
const SPREAD_OF_SHARES = 0.1;
/** Fewer series than this prove nothing. */
const LEAST_TRIED = 3;
/** Series that trees are tried on: enough to tell ten per cent. */
const TRIED = 50;

/**
 * Series to try trees on.
 * `batch` series · returns at most fifty of them
 */
export function pickTried<S extends { readonly id: string }>(batch: readonly S[]): readonly S[] {
  return evenlyByName(batch, TRIED);
}

/**
 * Weight of trees in their mean with what is chosen without them: that with the least squared error over all
 * series, drawn towards half as far as the series disagree about it.
 * `tried` series and what trees said of them; only the first origins are looked at, as many as a choice
 * among methods rests on: where a backtest asked for more, they lie before all that it scores · `season` periods
 * returns a share in [0,1]; half where too few can be compared
 * source Bates & Granger (1969), doi:10.1057/jors.1969.103; Diebold & Pauly (1990), doi:10.1016/0169-2070(90)90028-A, on drawing it towards equal weights
 */
export function shareOver(
  tried: readonly { readonly series: Series; readonly said: ExternalForecast }[],
  season: number,
): number {
  const compared = tried.flatMap((one) => {
    const products = compare(one, season);
    return products !== undefined && products.square > 0 ? [products] : [];
  });
  if (compared.length < LEAST_TRIED) return USUAL_SHARE;
  const square = compared.reduce((sum, one) => sum + one.square, 0);
  const best = compared.reduce((sum, one) => sum + one.cross, 0) / square;
  const squares = compared.reduce((sum, one) => sum + (one.cross - best * one.square) ** 2, 0);
  const variance = (squares * compared.length) / (compared.length - 1) / square ** 2;
  const usual = variance / (variance + SPREAD_OF_SHARES ** 2);
  return Math.min(1, Math.max(0, best + usual * (USUAL_SHARE - best)));
}

/** Of one series, over the squared errors of both together, so that no series counts for more than others. */
interface Products {
  /** Product of what the choice was off by, and of what trees differ from it. */
  readonly cross: number;
  /** Square of what trees differ from it. */
  readonly square: number;
}

/** Trees beside what would be chosen of their rivals; undefined where nothing can be compared. */
function compare(
  { series, said }: { series: Series; said: ExternalForecast },
  season: number,
): Products | undefined {
  const ready = prepare({ ...series, external: [said] }, season);
  const first = said.said[0];
  if (!ready.ok || first === undefined) return undefined;
  const { y, known, outside } = ready.prepared;
  const { horizon } = first;
  const cut = series.y.length - y.length;
  const lengths = said.said
    .slice(0, DEFAULT_WINDOWS)
    .map(({ known }) => known - cut)
    .filter((known) => known > 0 && known + horizon <= y.length);
  if (lengths.length === 0) return undefined;
  const origins: Origins = { lengths, horizon };
  const seen = y.subarray(0, lengths.at(-1)! + horizon);
  const scales = seriesScales(y.subarray(0, lengths[0]!), season);
  const contest = { origins, season, known, scales, outside, pool: MOVING };
  const [trees] = contend([said.method], seen, contest);
  const rivals = contend(
    rivalsOn({ length: y.length, season, learned: lengths[0]! }),
    seen,
    contest,
  );
  if (trees === undefined || rivals.length === 0) return undefined;
  const chosen = select(rivals, seen, contest);
  let cross = 0;
  let square = 0;
  let errors = 0;
  chosen.rows.forEach(({ actual, mean }, i) => {
    const apart = trees.rows[i]!.mean - mean;
    cross += (actual - mean) * apart;
    square += apart * apart;
    errors += (actual - mean) ** 2 + (actual - mean - apart) ** 2;
  });
  const products = { cross: cross / errors, square: square / errors };
  return Number.isFinite(products.cross + products.square) ? products : undefined;
}
