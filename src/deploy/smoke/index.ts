/** The smoke test: the product used as a shop uses it, in a tenant of its own. */

export { runSmoke, type SmokeReport, type SmokeResult } from './run-smoke.ts';
