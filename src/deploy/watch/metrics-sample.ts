/** What a watch reads of one answer of /metrics. Counters, as they stand since the process started. */
export interface MetricsSample {
  /** When the process started, seconds since 1970: another one means a restart. */
  readonly startedAtSeconds: number;
  readonly requests: number;
  /** Answers with a status of 500 or above. */
  readonly errors: number;
  /** Answers by upper bound of their duration in seconds, cumulative, ascending. */
  readonly durations: readonly { readonly le: number; readonly count: number }[];
  readonly failedJobs: number;
}

interface Line {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Asked by whoever runs the server: they would thin out the errors of those who use it. */
const OPERATIONS = new Set(['/live', '/ready', '/status', '/metrics', 'none']);
/** Last as long as there is something to tell: no measure of speed. */
const STREAMS = /\/events$|\/accuracy-checks$/;

/** Reads the text format of Prometheus, as far as a watch needs it. */
export function readMetrics(text: string): MetricsSample {
  const lines = text.split('\n').flatMap(readLine);
  const answers = lines.filter(
    ({ name, labels }) =>
      name.startsWith('http_request_duration_seconds_') && !OPERATIONS.has(labels.route ?? ''),
  );
  const counts = answers.filter(({ name }) => name.endsWith('_count'));
  return {
    startedAtSeconds: sum(lines.filter(({ name }) => name === 'process_start_time_seconds')),
    requests: sum(counts),
    errors: sum(counts.filter(({ labels }) => Number(labels.status) >= 500)),
    durations: durationsOf(answers),
    failedJobs: sum(lines.filter(({ name }) => name === 'parstock_jobs_failed_total')),
  };
}

function durationsOf(answers: readonly Line[]): MetricsSample['durations'] {
  const byBound = new Map<number, number>();
  for (const { name, labels, value } of answers) {
    if (!name.endsWith('_bucket') || STREAMS.test(labels.route ?? '')) continue;
    const le = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le);
    byBound.set(le, (byBound.get(le) ?? 0) + value);
  }
  return [...byBound].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le);
}

function readLine(text: string): Line[] {
  const found = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(text);
  if (!found) return [];
  const value = Number(found[3]);
  if (Number.isNaN(value)) return [];
  const pairs = (found[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  const labels = Object.fromEntries([...pairs].map(([, name, label]) => [name!, label!]));
  return [{ name: found[1]!, labels, value }];
}

function sum(lines: readonly Line[]): number {
  return lines.reduce((total, { value }) => total + value, 0);
}
