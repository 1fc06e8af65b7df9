/** One member of the exponential smoothing family: error, trend, season. */
export interface EtsForm {
  readonly error: 'A' | 'M';
  readonly trend: 'N' | 'A' | 'Ad';
  readonly season: 'N' | 'A' | 'M';
}

/**
 * The forms that automatic selection may choose from: without multiplicative trends, which run
 * away, and without additive errors on multiplicative seasons, whose variance is not finite.
 * `positive` whether all demand is above zero: only then may anything be multiplicative
 * `seasonal` whether the history shows a season
 * returns forms, simplest first
 * source Hyndman et al. (2008), ch. 2 and 15; the restrictions are those of R forecast::ets
 */
export function admissibleForms({
  positive,
  seasonal,
}: {
  positive: boolean;
  seasonal: boolean;
}): readonly EtsForm[] {
  const errors = positive ? (['A', 'M'] as const) : (['A'] as const);
  const seasons = seasonal ? (['N', 'A', 'M'] as const) : (['N'] as const);
  const forms: EtsForm[] = [];
  for (const season of seasons) {
    for (const trend of ['N', 'A', 'Ad'] as const) {
      for (const error of errors) {
        if (season === 'M' && (error === 'A' || !positive)) continue;
        forms.push({ error, trend, season });
      }
    }
  }
  return forms;
}

/** What a reader calls a form, for example `ETS(M,Ad,N)`. */
export function formName({ error, trend, season }: EtsForm): string {
  return `ETS(${error},${trend},${season})`;
}
