import type { BoostedTrees } from './boost.ts';

/** What a feature did for a model. */
export interface FeatureImportance {
  readonly feature: string;
  /** Loss that its splits saved, as a share of that of all; the shares sum to 1. */
  readonly gain: number;
  readonly splits: number;
}

/**
 * Which features a model rests on.
 * `model` boosted · returns every feature that splits anywhere, the one with most gain first
 * source Breiman et al. (1984), Classification and Regression Trees, § 5.3.4
 * checked against reference/trees.json, LightGBM 4.7.0: splits exactly, gain 1e-4
 */
export function featureImportance({ names, trees }: BoostedTrees): FeatureImportance[] {
  const gain = new Float64Array(names.length);
  const splits = new Int32Array(names.length);
  for (const tree of trees)
    for (let node = 0; node < tree.feature.length; node++) {
      gain[tree.feature[node]!]! += tree.gain[node]!;
      splits[tree.feature[node]!]!++;
    }
  const total = gain.reduce((sum, value) => sum + value, 0) || 1;
  return names
    .map((feature, f) => ({ feature, gain: gain[f]! / total, splits: splits[f]! }))
    .filter((one) => one.splits > 0)
    .sort((a, b) => b.gain - a.gain);
}
