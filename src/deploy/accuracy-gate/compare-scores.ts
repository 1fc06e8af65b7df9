import type { AccuracyReport, SeriesAccuracy } from '../../contract/index.ts';

export interface GateTolerance {
  /** How much the mean error may rise, as a share: 0.02 is 2 %. */
  readonly tolerance: number;
  /** Below so many series one of them decides the mean: only a gross change then counts. */
  readonly minSeries: number;
}

export const defaultTolerance: GateTolerance = { tolerance: 0.02, minSeries: 8 };
/** So many times the tolerance is gross. */
const GROSS = 5;
const SHOWN = 10;

export interface MeasureChange {
  readonly name: 'rmsse' | 'sql';
  /** Means over the paired series. */
  readonly running: number;
  readonly candidate: number;
  /** Share by which the error rose; negative where it fell. */
  readonly change: number;
}

/** One series under both versions. */
export interface PairedSeries {
  readonly sku: string;
  readonly rmsse: { readonly running: number; readonly candidate: number };
  readonly sql: { readonly running: number; readonly candidate: number };
}

export interface AccuracyComparison {
  readonly verdict: 'passed' | 'breached' | 'not-judged';
  /** In a sentence, for the journal. */
  readonly reason: string;
  readonly tolerance: number;
  /** Series that both versions scored, on the same data. */
  readonly series: number;
  readonly measures: readonly MeasureChange[];
  /** What the running version could forecast and the new one cannot. */
  readonly lost: readonly { readonly sku: string; readonly refusal: string }[];
  /** Series whose demand was changed between the two checks: they say nothing. */
  readonly changedData: readonly string[];
  /** Where the new version is worst against the running one, worst first. */
  readonly worst: readonly PairedSeries[];
}

/** Compares two checks of the same series at the same cut-off, paired by series. */
export function compareScores(
  reports: { readonly running: AccuracyReport; readonly candidate: AccuracyReport },
  options: Partial<GateTolerance> = {},
): AccuracyComparison {
  const { tolerance, minSeries } = { ...defaultTolerance, ...options };
  const { pairs, lost, changedData } = pairUp(reports);
  const measures = pairs.length > 0 ? [measure('rmsse', pairs), measure('sql', pairs)] : [];
  const verdict = judge({ measures, lost, pairs, tolerance, minSeries });
  return {
    ...verdict,
    tolerance,
    series: pairs.length,
    measures,
    lost,
    changedData,
    worst: worstOf(pairs),
  };
}

/** A comparison that could not be made, and why. */
export function notJudged(reason: string, tolerance = defaultTolerance.tolerance) {
  const nothing = { series: 0, measures: [], lost: [], changedData: [], worst: [] };
  return { verdict: 'not-judged', reason, tolerance, ...nothing } satisfies AccuracyComparison;
}

type Scored = SeriesAccuracy & { rmsse: number; sql: number };
const isScored = (one: SeriesAccuracy): one is Scored => one.rmsse !== null && one.sql !== null;

function pairUp({ running, candidate }: { running: AccuracyReport; candidate: AccuracyReport }) {
  const after = new Map(candidate.series.map((one) => [one.sku, one]));
  const pairs: PairedSeries[] = [];
  const lost: { sku: string; refusal: string }[] = [];
  const changedData: string[] = [];
  for (const before of running.series.filter(isScored)) {
    const now = after.get(before.sku);
    if (now && now.dataHash !== before.dataHash) changedData.push(before.sku);
    else if (!now || !isScored(now))
      lost.push({ sku: before.sku, refusal: now?.refusal ?? 'not in the answer' });
    else
      pairs.push({
        sku: before.sku,
        rmsse: { running: before.rmsse, candidate: now.rmsse },
        sql: { running: before.sql, candidate: now.sql },
      });
  }
  return { pairs, lost, changedData };
}

function measure(name: MeasureChange['name'], pairs: readonly PairedSeries[]): MeasureChange {
  const mean = (of: 'running' | 'candidate') =>
    pairs.reduce((sum, pair) => sum + pair[name][of], 0) / pairs.length;
  const running = mean('running');
  const candidate = mean('candidate');
  return { name, running, candidate, change: relative(running, candidate) };
}

/** Errors of 0 are common on made-up data: a step from nothing to nothing is no change. */
function relative(running: number, candidate: number): number {
  const SMALLEST = 1e-9;
  return (candidate - running) / Math.max(running, SMALLEST);
}

interface Evidence {
  readonly measures: readonly MeasureChange[];
  readonly lost: AccuracyComparison['lost'];
  readonly pairs: readonly PairedSeries[];
  readonly tolerance: number;
  readonly minSeries: number;
}

function judge(evidence: Evidence): Pick<AccuracyComparison, 'verdict' | 'reason'> {
  const { measures, lost, pairs, tolerance, minSeries } = evidence;
  const scored = pairs.length + lost.length;
  if (scored === 0) return { verdict: 'not-judged', reason: 'no series could be scored' };
  if (lost.length / scored > tolerance) {
    const { sku, refusal } = lost[0]!;
    const reason = `${lost.length} of ${scored} series can no longer be forecast: ${sku} (${refusal})`;
    return { verdict: 'breached', reason };
  }
  const few = pairs.length < minSeries;
  const allowed = few ? GROSS * tolerance : tolerance;
  const worse = measures.filter(({ change, running, candidate }) =>
    candidate - running > 1e-6 ? change > allowed : false,
  );
  if (worse.length > 0) {
    const words = worse.map(
      ({ name, change }) => `${name.toUpperCase()} rose by ${percent(change)}`,
    );
    const reason = `${words.join(' and ')} over ${pairs.length} series, at most ${percent(allowed)} is allowed`;
    return { verdict: 'breached', reason };
  }
  const words = measures.map(({ name, change }) => `${name.toUpperCase()} ${signed(change)}`);
  const said = `${words.join(', ')} over ${pairs.length} series`;
  if (few) {
    const reason = `${said}: fewer than ${minSeries}, too few for a judgement finer than ${percent(allowed)}`;
    return { verdict: 'not-judged', reason };
  }
  return { verdict: 'passed', reason: said };
}

function worstOf(pairs: readonly PairedSeries[]): PairedSeries[] {
  const rise = ({ rmsse, sql }: PairedSeries) =>
    Math.max(rmsse.candidate - rmsse.running, sql.candidate - sql.running);
  return [...pairs]
    .filter((pair) => rise(pair) > 0)
    .sort((a, b) => rise(b) - rise(a))
    .slice(0, SHOWN);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function signed(share: number): string {
  return `${share > 0 ? '+' : '−'}${percent(Math.abs(share))}`;
}
