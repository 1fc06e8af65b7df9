/** The watch: what the version that serves says of itself in /metrics, judged over a window. */

export { breachOf, defaultThresholds, figuresOf } from './judge-window.ts';
export { type MetricsSample, readMetrics } from './metrics-sample.ts';
export { watchServer } from './watch-server.ts';
