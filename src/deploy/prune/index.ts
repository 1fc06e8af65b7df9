/** Pruning: only what this program made and labelled, by name, and never what is in use. */

export { type PruneItem, planPrune } from './plan-prune.ts';
export { type PrunedItem, type PruneOptions, type PruneReport, prune } from './prune.ts';
export { pruneStep } from './prune-step.ts';
