/** The accuracy gate: a new version must not forecast a destination's own data worse than the old one. */

export {
  compareAccuracy,
  type GateOptions,
  type GateServers,
  sameAs,
} from './compare-accuracy.ts';
export {
  type AccuracyComparison,
  compareScores,
  defaultTolerance,
  type GateTolerance,
  type MeasureChange,
  notJudged,
  type PairedSeries,
} from './compare-scores.ts';
export { type MeasureOptions, measureAccuracy } from './measure-accuracy.ts';
