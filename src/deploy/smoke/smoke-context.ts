import { setTimeout as pause } from 'node:timers/promises';
import type { ScratchTenant } from '../../contract/index.ts';
import { type ProductClient, UnexpectedAnswer } from '../product/product-client.ts';

/** What the checks of one smoke test hand on to each other. */
export interface SmokeContext {
  /** With the deployer's key. */
  readonly deployer: ProductClient;
  /** Ends with the deadline of the whole test. */
  readonly signal: AbortSignal;
  /** Calendar day, UTC, on which the made-up shop lives. */
  readonly today: string;
  /** Told by the server, for the report. */
  version: string | null;
  scratch: ScratchTenant | null;
  runId: string | null;
}

/** One thing that a working product does. */
export interface SmokeCheck {
  readonly name: string;
  readonly title: string;
  /** Checks without which this one cannot be made. */
  readonly needs: readonly string[];
  /** Gives what it saw, in a few words; throws what it did not expect. */
  readonly run: (context: SmokeContext) => Promise<string>;
}

/** The scratch tenant's own administrator. */
export function inScratch({ deployer, scratch }: SmokeContext): ProductClient {
  if (!scratch) throw new Error('the check names scratch-tenant among its needs');
  return deployer.withKey(scratch.apiKey);
}

/** Refuses an answer that is not as it should be. */
export function expectEqual(where: string, { found, wanted }: { found: unknown; wanted: unknown }) {
  const [is, should] = [found, wanted].map((value) => JSON.stringify(value) ?? 'nothing');
  if (is !== should) throw new UnexpectedAnswer({ where, found: is!, wanted: should! });
}

/** Refuses a number that is further than `within` from what it should be. */
export function expectClose(
  where: string,
  { found, wanted, within }: { found: number; wanted: number; within: number },
) {
  if (Math.abs(found - wanted) <= within) return;
  const should = within > 0 ? `${wanted} ± ${within}` : String(wanted);
  throw new UnexpectedAnswer({ where, found: String(found), wanted: should });
}

const LOOK_EVERY_MS = 100;

/** Asks again until it has settled; the deadline of the whole test ends it. */
export async function settled<T extends { readonly state: string }>(
  ask: () => Promise<T>,
  { unsettled, signal }: { unsettled: readonly string[]; signal: AbortSignal },
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (!unsettled.includes(answer.state)) return answer;
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}
