import type { AccuracyReport, NewAccuracyCheck } from '../../contract/index.ts';
import { type ProductAddress, UnexpectedAnswer } from '../product/product-client.ts';
import {
  type AccuracyComparison,
  compareScores,
  type GateTolerance,
  notJudged,
} from './compare-scores.ts';
import { type MeasureOptions, measureAccuracy } from './measure-accuracy.ts';

export interface GateOptions extends Partial<GateTolerance>, MeasureOptions {
  readonly seed?: number;
  readonly sampleSize?: number;
  readonly horizonDays?: number;
  readonly windows?: number;
}

export interface GateServers {
  /** The version that serves now; or its report, where it can no longer be asked. */
  readonly running: ProductAddress | AccuracyReport;
  readonly candidate: ProductAddress;
}

/**
 * Scores the running version and then the new one on the same series up to the same day, and compares.
 * Where the versions cannot run side by side, the running one is measured first (measureAccuracy) and
 * its report handed in.
 */
export async function compareAccuracy(
  { running, candidate }: GateServers,
  options: GateOptions = {},
): Promise<AccuracyComparison> {
  const { onProgress, tolerance, minSeries, ...request } = options;
  const before = await askedOrTold(running, { ...request, ...(onProgress && { onProgress }) });
  if (before === null) return notJudged('the running version cannot score itself yet', tolerance);
  if (before.asOf === null) return notJudged('there are no sales to forecast', tolerance);
  const after = await measureAccuracy(candidate, {
    ...sameAs(before),
    ...(onProgress && { onProgress }),
  });
  const limits = {
    ...(tolerance !== undefined && { tolerance }),
    ...(minSeries !== undefined && { minSeries }),
  };
  return compareScores({ running: before, candidate: after }, limits);
}

/** The request that repeats a check elsewhere: its series, its days. */
export function sameAs(report: AccuracyReport): NewAccuracyCheck {
  const { asOf, seed, horizonDays, windows, series } = report;
  const skus = series.map(({ sku }) => sku);
  return { seed, horizonDays, windows, skus, ...(asOf && { asOf }) };
}

const UNKNOWN_TO_OLDER_VERSIONS = 404;

async function askedOrTold(
  running: GateServers['running'],
  request: NewAccuracyCheck & MeasureOptions,
): Promise<AccuracyReport | null> {
  if ('series' in running) return running;
  try {
    return await measureAccuracy(running, request);
  } catch (error) {
    if (error instanceof UnexpectedAnswer && error.status === UNKNOWN_TO_OLDER_VERSIONS)
      return null;
    throw error;
  }
}
