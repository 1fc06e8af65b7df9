import type {
  ExternalForecast,
  ExternalOrigin,
  ForecastOptions,
  Series,
} from '../../forecast/index.ts';
import { externalOrigins } from '../../forecast/index.ts';
import type { NamedModel } from './name-model.ts';
import type { Chronos, SeriesGroup } from './open-chronos.ts';

/** A series, and what it is forecast with where the model knows groups. */
export interface GroupedSeries extends Series {
  /** Series of one name are forecast together; they end at the same period. */
  readonly group?: string | undefined;
}

interface Question {
  readonly index: number;
  readonly origin: ExternalOrigin;
}

/** What is shown to the model in one piece, and which of its targets are asked about. */
interface Showing {
  readonly group: SeriesGroup;
  readonly asked: readonly { readonly target: number; readonly question: Question }[];
}

/**
 * What a model says of each series at the origins of the engine's backtest and at its end, as the
 * engine wants it: series by series, with nothing said where no backtest is possible. Chronos-2 is
 * shown covariates and the other series of a group as well, each no further than it was known.
 */
export async function askAtOrigins(
  chronos: Chronos,
  work: {
    named: NamedModel;
    series: readonly GroupedSeries[];
    options: ForecastOptions;
    /** Where it is asked; by default at the origins of a forecast. */
    originsOf?: typeof externalOrigins;
    signal?: AbortSignal;
  },
): Promise<ExternalForecast[]> {
  const { named, series, options, originsOf = externalOrigins, signal } = work;
  const { levels, family } = chronos;
  const questions = series.flatMap((one, index) =>
    originsOf(one, options).map((origin): Question => ({ index, origin })),
  );
  const said: ExternalForecast['said'][number][][] = series.map(() => []);
  // A shorter horizon is asked for at the origins of a short history only.
  for (const [horizon, alike] of Map.groupBy(questions, ({ origin }) => origin.horizon)) {
    const showings =
      family === 'chronos-2'
        ? showTogether(series, alike)
        : alike.map((question) => showAlone(series, question));
    const groups = showings.map(({ group }) => group);
    const answers = await chronos.forecastGroups(groups, { horizon, levels }, signal);
    for (const [i, { asked }] of showings.entries())
      for (const { target, question } of asked)
        said[question.index]!.push({ ...question.origin, quantiles: answers[i]![target]! });
  }
  return said.map((one) => ({ ...named, levels, said: one }));
}

/** The past of one series, and nothing else. */
function showAlone(series: readonly GroupedSeries[], question: Question): Showing {
  const { index, origin } = question;
  const target = knownOf(series[index]!, { known: origin.known, length: origin.known });
  return { group: { targets: [target] }, asked: [{ target: 0, question }] };
}

/** Every group once for each origin that is asked about, with all that was known there. */
function showTogether(
  series: readonly GroupedSeries[],
  questions: readonly Question[],
): readonly Showing[] {
  const parts = partsOf(series);
  const backOf = ({ index, origin }: Question) => series[index]!.y.length - origin.known;
  const bundles = Map.groupBy(questions, (one) => `${parts[one.index]!.at(0)} ${backOf(one)}`);
  return [...bundles.values()].map((bundle) => {
    const { horizon } = bundle[0]!.origin;
    const back = backOf(bundle[0]!);
    const members = parts[bundle[0]!.index]!.filter((i) => series[i]!.y.length > back);
    const length = Math.max(...members.map((i) => series[i]!.y.length)) - back;
    const spans = members.map((i) => ({ known: series[i]!.y.length - back, length, horizon }));
    return {
      group: {
        targets: members.map((i, k) => knownOf(series[i]!, spans[k]!)),
        futureCovariates: distinct(members.flatMap((i, k) => covariatesOf(series[i]!, spans[k]!))),
      },
      asked: bundle.map((question) => ({ target: members.indexOf(question.index), question })),
    };
  });
}

/** What a group takes of memory grows with its rows: larger ones are asked in parts. */
const MOST_ROWS = 24;

/** For each series, the places of those that it is shown with, itself among them. */
function partsOf(series: readonly GroupedSeries[]): readonly (readonly number[])[] {
  const parts: number[][] = series.map((_, i) => [i]);
  const open = new Map<string, { members: number[]; rows: number }>();
  for (const [i, { group, covariates = {} }] of series.entries()) {
    if (group === undefined) continue;
    const rows = 1 + Object.keys(covariates).length;
    const part = open.get(group);
    const fits = part !== undefined && part.rows + rows <= MOST_ROWS;
    const joined = fits ? part : { members: [], rows: 0 };
    joined.members.push(i);
    joined.rows += rows;
    open.set(group, joined);
    parts[i] = joined.members;
  }
  return parts;
}

interface Span {
  /** Periods that are known, to the origin. */
  readonly known: number;
  /** Periods that are shown; those before the first of the series count as not seen. */
  readonly length: number;
}

function knownOf({ y }: GroupedSeries, { known, length }: Span): Float64Array {
  const shown = new Float64Array(length).fill(Number.NaN);
  for (let t = 0; t < known; t++) shown[length - known + t] = y[t]!;
  return shown;
}

type FutureCovariate = NonNullable<SeriesGroup['futureCovariates']>[number];

/** Covariates are known in advance: also those of the periods to forecast. */
function covariatesOf(
  { covariates = {} }: GroupedSeries,
  { known, length, horizon }: Span & { horizon: number },
): readonly FutureCovariate[] {
  return Object.values(covariates).map((column) => {
    // A period without a flag is a usual one, as the engine has it.
    const at = (t: number) => (t < column.length ? column[t]! : 0);
    const past = new Float64Array(length).fill(Number.NaN);
    for (let t = 0; t < known; t++) past[length - known + t] = at(t);
    return { past, future: Float64Array.from({ length: horizon }, (_, k) => at(known + k)) };
  });
}

/** A promotion that all series of a group share is shown once. */
function distinct(covariates: readonly FutureCovariate[]): readonly FutureCovariate[] {
  const byValues = new Map(covariates.map((one) => [`${one.past};${one.future}`, one]));
  return [...byValues.values()];
}
