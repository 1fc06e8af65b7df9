import { percent } from '../format/number.ts';
import { method } from '../format/words.ts';
import type { ProductForecast, Score } from '../queries/products.ts';

/** Best first by MASE; a method without a score comes last. */
export function rankScores(scores: readonly Score[]): Score[] {
  return [...scores].sort(
    (a, b) => (a.mase ?? Number.POSITIVE_INFINITY) - (b.mase ?? Number.POSITIVE_INFINITY),
  );
}

function isSeasonalNaive(name: string): boolean {
  return name.replaceAll(/[\s_-]/g, '').toLowerCase() === 'seasonalnaive';
}

/** How much smaller the error of the chosen method is than that of repeating last season. */
export function gainOverSeasonalNaive(
  scores: readonly Score[],
  chosen: string | null,
): number | null {
  const own = scores.find((score) => score.method === chosen)?.mase;
  const naive = scores.find((score) => isSeasonalNaive(score.method))?.mase;
  if (!own || !naive || !chosen || isSeasonalNaive(chosen)) return null;
  return 1 - own / naive;
}

/** The engine's reason, and what the choice gains over the simplest sensible forecast. */
export function reasonSentence(forecast: ProductForecast): string {
  const reason = forecast.reason ?? `${method(forecast.method)} was chosen.`;
  const gain = gainOverSeasonalNaive(forecast.scores, forecast.method);
  if (gain === null) return reason;
  const compared =
    gain >= 0
      ? `The error of this method is ${percent(gain)} smaller than that of repeating last season.`
      : `The error of this method is ${percent(-gain)} larger than that of repeating last season.`;
  return `${/[.!?]$/.test(reason) ? reason : `${reason}.`} ${compared}`;
}
