/** Sharing scarce units so that every location runs out on the same day. */

import { requireNumber } from './refusal.ts';

/** A location that wants a share. */
export interface ShareClaim {
  readonly id: string;
  readonly demandPerDay: number;
  readonly stock: number;
}

/**
 * Shares units between locations for an equal run-out time.
 *
 * A location that lasts longer than the common time gets nothing and gives nothing; one without
 * demand gets nothing. Whole units (or `unitDecimals`) by largest remainder, so that all are
 * shared.
 *
 * `available` units, ≥ 0 · `claims` demand ≥ 0 · returns the run-out time in days (null without any
 * demand) and the units per claim, in order; their sum is `available` · refuses bad_number
 * source fair-share rationing: Eppen & Schrage (1981), in TIMS Studies in the
 * Management Sciences 16
 */
export function fairShare(
  available: number,
  { claims, unitDecimals = 0 }: { claims: readonly ShareClaim[]; unitDecimals?: number },
): { runOutDays: number | null; units: number[] } {
  requireNumber('available', available);
  for (const claim of claims) {
    requireNumber(`${claim.id}.demandPerDay`, claim.demandPerDay);
    requireNumber(`${claim.id}.stock`, claim.stock, Number.NEGATIVE_INFINITY);
  }
  const active = claims.filter(({ demandPerDay }) => demandPerDay > 0);
  if (active.length === 0) return { runOutDays: null, units: claims.map(() => 0) };
  const runOutDays = commonRunOut(available, active);
  const exact = claims.map(({ demandPerDay, stock }) =>
    demandPerDay > 0 ? Math.max(0, runOutDays * demandPerDay - stock) : 0,
  );
  return { runOutDays, units: largestRemainders(exact, { available, unitDecimals }) };
}

/** Fills the emptiest first: adds locations by their own run-out until the units are gone. */
function commonRunOut(available: number, active: readonly ShareClaim[]): number {
  const byRunOut = [...active].sort((a, b) => a.stock / a.demandPerDay - b.stock / b.demandPerDay);
  let [stock, demand] = [0, 0];
  let time = 0;
  for (let i = 0; i < byRunOut.length; i++) {
    stock += byRunOut[i]!.stock;
    demand += byRunOut[i]!.demandPerDay;
    time = (available + stock) / demand;
    const next = byRunOut[i + 1];
    if (next === undefined || time <= next.stock / next.demandPerDay) break;
  }
  return time;
}

function largestRemainders(
  exact: readonly number[],
  { available, unitDecimals }: { available: number; unitDecimals: number },
): number[] {
  const scale = 10 ** unitDecimals;
  const ticks = exact.map((units) => Math.floor(units * scale + 1e-9));
  let left = Math.floor(available * scale + 1e-9) - ticks.reduce((sum, units) => sum + units, 0);
  const order = exact
    .map((units, index) => ({ index, rest: units * scale - ticks[index]! }))
    .filter(({ index }) => exact[index]! > 0)
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of order) {
    if (left <= 0) break;
    ticks[index]!++;
    left--;
  }
  return ticks.map((units) => units / scale);
}
