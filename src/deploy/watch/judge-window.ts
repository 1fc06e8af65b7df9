import type { MetricsSample } from './metrics-sample.ts';

/** What a version that has just been switched to is held to while it is watched. */
export interface WatchThresholds {
  /** Share of answers of 500 and above, over the window. */
  readonly maxErrorRate: number;
  readonly maxP95Seconds: number;
  /** Attempts at jobs that may fail: one that fails for good has failed several times. */
  readonly maxFailedJobs: number;
  /** Below so many answers a rate says nothing. */
  readonly minRequests: number;
  /** So many errors say enough by themselves, however few the answers. */
  readonly minErrors: number;
}

export const defaultThresholds: WatchThresholds = {
  maxErrorRate: 0.01,
  maxP95Seconds: 2.5,
  maxFailedJobs: 2,
  minRequests: 50,
  minErrors: 5,
};

/** What happened between the first sample and the last. */
export interface WindowFigures {
  readonly requests: number;
  readonly errors: number;
  readonly errorRate: number;
  /** Upper bound of the histogram's bucket, interpolated; null without answers. */
  readonly p95Seconds: number | null;
  readonly failedJobs: number;
  /** Times that the process was another one than in the sample before. */
  readonly restarts: number;
}

/** Adds up a window of samples, oldest first; a restart sets every counter back to 0. */
export function figuresOf(samples: readonly MetricsSample[]): WindowFigures {
  let requests = 0;
  let errors = 0;
  let failedJobs = 0;
  let restarts = 0;
  const durations = new Map<number, number>();
  for (let i = 1; i < samples.length; i++) {
    const now = samples[i]!;
    const restarted = isRestart(samples[i - 1]!, now);
    const before = restarted ? undefined : samples[i - 1]!;
    restarts += restarted ? 1 : 0;
    requests += now.requests - (before?.requests ?? 0);
    errors += now.errors - (before?.errors ?? 0);
    failedJobs += now.failedJobs - (before?.failedJobs ?? 0);
    const earlier = new Map(before?.durations.map(({ le, count }) => [le, count]));
    for (const { le, count } of now.durations)
      durations.set(le, (durations.get(le) ?? 0) + count - (earlier.get(le) ?? 0));
  }
  const errorRate = requests > 0 ? errors / requests : 0;
  return { requests, errors, errorRate, p95Seconds: p95Of(durations), failedJobs, restarts };
}

function isRestart(before: MetricsSample, now: MetricsSample): boolean {
  const another = Math.abs(now.startedAtSeconds - before.startedAtSeconds) > 1;
  return another || now.requests < before.requests || now.failedJobs < before.failedJobs;
}

/** As Prometheus has it: linear inside the bucket; the last bound where it lies beyond all of them. */
function p95Of(durations: ReadonlyMap<number, number>): number | null {
  const buckets = [...durations].sort(([a], [b]) => a - b);
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total === 0) return null;
  const rank = 0.95 * total;
  let lower = 0;
  let below = 0;
  for (const [le, count] of buckets) {
    if (count >= rank) {
      if (!Number.isFinite(le)) return lower;
      return lower + ((le - lower) * (rank - below)) / Math.max(1, count - below);
    }
    lower = le;
    below = count;
  }
  return lower;
}

/** Why the window is a breach, in words for the journal; null while all is well. */
export function breachOf(figures: WindowFigures, thresholds: WatchThresholds): string | null {
  const { requests, errors, errorRate, p95Seconds, failedJobs, restarts } = figures;
  const { maxErrorRate, maxP95Seconds, maxFailedJobs, minRequests, minErrors } = thresholds;
  if (restarts > 0) return `the server restarted by itself (${restarts}×)`;
  if (failedJobs > maxFailedJobs)
    return `jobs failed ${failedJobs} times, at most ${maxFailedJobs} may`;
  const enough = requests >= minRequests;
  if ((enough || errors >= minErrors) && errorRate > maxErrorRate)
    return `${errors} of ${requests} answers were errors (${percent(errorRate)}), at most ${percent(maxErrorRate)} may be`;
  if (enough && p95Seconds !== null && p95Seconds > maxP95Seconds)
    return `95 % of the answers took up to ${p95Seconds.toFixed(2)} s, at most ${maxP95Seconds} s may be`;
  return null;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
