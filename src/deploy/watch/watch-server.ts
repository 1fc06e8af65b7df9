import { setTimeout as pause } from 'node:timers/promises';
import {
  breachOf,
  defaultThresholds,
  figuresOf,
  type WatchThresholds,
  type WindowFigures,
} from './judge-window.ts';
import { type MetricsSample, readMetrics } from './metrics-sample.ts';

export interface WatchOptions {
  readonly url: string;
  readonly windowSeconds: number;
  /** Between two looks; default 1. */
  readonly everySeconds?: number;
  readonly thresholds?: Partial<WatchThresholds>;
  readonly signal?: AbortSignal;
  readonly onSample?: (figures: WindowFigures, secondsLeft: number) => void;
}

export interface WatchOutcome extends WindowFigures {
  readonly ok: boolean;
  /** Why not; null when all was well. */
  readonly breach: string | null;
  readonly seconds: number;
  /** Answers of /metrics that were read. */
  readonly samples: number;
}

/** So many looks in a row without an answer are no hiccup. */
const SILENT_LOOKS = 3;
const PATIENCE_MS = 2_000;

/**
 * Watches the version that serves: reads /metrics until the window is over, and ends at once with the
 * first breach. Rejects with the signal's reason when it is called off.
 */
export async function watchServer(options: WatchOptions): Promise<WatchOutcome> {
  const { windowSeconds, everySeconds = 1, signal, onSample } = options;
  const thresholds = { ...defaultThresholds, ...options.thresholds };
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const samples: MetricsSample[] = [];
  let silent = 0;
  const outcome = (breach: string | null): WatchOutcome => ({
    ok: breach === null,
    breach,
    seconds: seconds(),
    samples: samples.length,
    ...figuresOf(samples),
  });
  for (;;) {
    signal?.throwIfAborted();
    const sample = await look(options.url, signal);
    if (typeof sample === 'string') {
      if (++silent >= SILENT_LOOKS) return outcome(`/metrics did not answer (${sample})`);
    } else {
      silent = 0;
      samples.push(sample);
    }
    const figures = figuresOf(samples);
    const breach = breachOf(figures, thresholds);
    if (breach) return outcome(breach);
    const left = windowSeconds - seconds();
    onSample?.(figures, Math.max(0, left));
    // A window in which nothing could be read proves nothing.
    if (left <= 0) return outcome(samples.length < 2 ? '/metrics could not be read' : null);
    await pause(1000 * Math.min(everySeconds, Math.max(left, 0.05)), undefined, { signal });
  }
}

/** One answer of /metrics, or why there was none. */
async function look(url: string, signal?: AbortSignal): Promise<MetricsSample | string> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    const answer = await fetch(`${url.replace(/\/+$/, '')}/metrics`, {
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    if (!answer.ok) return `HTTP ${answer.status}`;
    return readMetrics(await answer.text());
  } catch (error) {
    signal?.throwIfAborted();
    const { cause, name } = error as Error;
    return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
  }
}
