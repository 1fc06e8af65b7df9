/** Pruning: only what this program made and labelled, by name, and never what is in use. */

export { type PruneReport, prune } from './prune.ts';
