/** The accuracy gate: a new version must not forecast a destination's own data worse than the old one. */

export { compareAccuracy, sameAs } from './compare-accuracy.ts';
export { type AccuracyComparison, compareScores } from './compare-scores.ts';
export { measureAccuracy } from './measure-accuracy.ts';
