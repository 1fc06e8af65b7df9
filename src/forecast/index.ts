/** The forecasting engine: series in, predictive distributions out. */

export * from './accuracy.ts';
export {
  type BacktestOptions,
  type BacktestReport,
  backtest,
  backtestOrigins,
  type MethodSummary,
  type SeriesBacktest,
} from './backtest.ts';
export { type MethodDescription, methods } from './catalogue.ts';
export type { Calibrated } from './conformal.ts';
export { classifyDemand, type DemandProfile } from './demand-class.ts';
export {
  type Calibration,
  type CumulativeQuantiles,
  cumulativeQuantiles,
  MomentPredictive,
} from './distribution.ts';
export {
  type ExternalOrigin,
  externalBacktestOrigins,
  externalOrigins,
} from './external-origins.ts';
export { type ForecastOutcome, forecast, type SeriesForecast } from './forecast.ts';
export {
  type CountMoments,
  negativeBinomialCdf,
  negativeBinomialQuantile,
  poissonCdf,
  poissonQuantile,
} from './numeric/counts.ts';
export { gammaQuantile, incompleteGamma, logGamma } from './numeric/gamma.ts';
export { normalCdf, normalPdf, normalQuantile } from './numeric/normal.ts';
export { type Random, seededRandom } from './numeric/random.ts';
export {
  type ForecastOptions,
  type OptionRefusal,
  resolveOptions,
  type Settings,
  seasonOf,
} from './options.ts';
export type { SeriesRefusal } from './prepare.ts';
export type { Choice } from './reason.ts';
export { type MeanAndDeviation, type Shape, shapeQuantile } from './shape.ts';
export type { FeatureTable } from './trees/binning.ts';
export {
  type BoostedTrees,
  type BoostOptions,
  boostTrees,
  type Later,
  predictTrees,
} from './trees/boost.ts';
export {
  type FittedTrees,
  forecastTrees,
  planTrees,
  sayTrees,
  silentTrees,
  TREES,
  type TreeForecasts,
  type TreeOptions,
  type TreePlan,
  type TriedTrees,
  tryTrees,
} from './trees/forecast-trees.ts';
export { type FeatureImportance, featureImportance } from './trees/importance.ts';
export { type Loss, quantileLoss, SQUARED, tweedieLoss } from './trees/losses.ts';
export {
  type Ground,
  type OriginsOf,
  type PanelSeries,
  TREE_HORIZONS,
  type TreeHorizons,
} from './trees/panel.ts';
export { pickTried } from './trees/panel-share.ts';
export type { Tree } from './trees/tree.ts';
export {
  decodeTrees,
  encodeTrees,
  readTrees,
  type TreeText,
  type UnreadableTrees,
} from './trees/tree-codec.ts';
export { fitHead, type HeadTask, type TreeSettings } from './trees/tree-heads.ts';
export type * from './types.ts';
