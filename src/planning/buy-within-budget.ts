/** Which units to buy when the money does not reach for all. */

import { PlanningRefusal, requireNumber } from './refusal.ts';

/** A product that competes for the budget. */
export interface BudgetItem {
  readonly id: string;
  /** P(D ≥ x): the probability that at least x units are demanded, not rising in x. */
  readonly atLeast: (units: number) => number;
  /** Gained by a unit that is sold. */
  readonly margin: number;
  /** Lost by a unit that is not. */
  readonly overage: number;
  /** Money that a unit takes from the budget; default 1. */
  readonly unitCost?: number;
  /** Units bought together; default 1. */
  readonly pack?: number;
  /** Units there already; default 0. */
  readonly stock?: number;
}

/** One purchase, in the order in which they were chosen. */
export interface BudgetPick {
  readonly id: string;
  readonly units: number;
  /** Expected gain of the pack. */
  readonly value: number;
  readonly cost: number;
}

/**
 * Expected gain of the x-th unit: margin × P(D ≥ x) − overage × P(D < x).
 *
 * `item` · `unit` 1 for the first · returns money, not rising in the unit
 * source marginal analysis of the newsvendor, Silver, Pyke & Thomas (2017), ch. 9,
 * doi:10.1201/9781315374406
 */
export function marginalValue(item: BudgetItem, unit: number): number {
  const sold = item.atLeast(unit);
  return item.margin * sold - item.overage * (1 - sold);
}

/**
 * Buys pack by pack whatever gains most per money spent, until the budget or the gain ends.
 *
 * `items` any number · `budget` money, ≥ 0; Infinity buys all that gains · returns units per item,
 * the picks in order and the money left · refuses bad_number, bad_forecast (a gain without end)
 * source greedy by marginal value, optimal up to the last pack: Fox (1966), Management
 * Science 13(3), doi:10.1287/mnsc.13.3.210
 */
export function buyWithinBudget(
  items: readonly BudgetItem[],
  budget: number,
): { units: Map<string, number>; picks: BudgetPick[]; left: number } {
  if (!(budget >= 0)) requireNumber('budget', budget);
  const units = new Map(items.map(({ id }) => [id, 0]));
  const queue = items.map((item) => nextOffer(item, 0)).filter((offer) => offer !== null);
  queue.sort(byGain);
  const picks: BudgetPick[] = [];
  let left = budget;
  while (queue.length > 0) {
    const offer = queue.pop()!;
    const { item, cost, value, pack } = offer;
    if (cost > left) continue;
    left -= cost;
    const bought = units.get(item.id)! + pack;
    units.set(item.id, bought);
    picks.push({ id: item.id, units: pack, value, cost });
    const next = nextOffer(item, bought);
    if (next !== null) insertByGain(queue, next);
  }
  return { units, picks, left };
}

interface Offer {
  readonly item: BudgetItem;
  readonly pack: number;
  readonly value: number;
  readonly cost: number;
  readonly gain: number;
}

/** More than any sensible purchase: a probability that never falls would buy for ever. */
const MOST_UNITS = 10_000_000;

function nextOffer(item: BudgetItem, bought: number): Offer | null {
  const { unitCost = 1, pack = 1, stock = 0 } = item;
  requireNumber(`${item.id}.unitCost`, unitCost, Number.MIN_VALUE);
  requireNumber(`${item.id}.pack`, pack, 1);
  if (bought > MOST_UNITS)
    throw new PlanningRefusal('bad_forecast', {
      field: `${item.id}.atLeast`,
      found: `a gain beyond ${MOST_UNITS} units`,
      wanted: 'a probability that falls to 0',
    });
  let value = 0;
  for (let unit = 1; unit <= pack; unit++) value += marginalValue(item, stock + bought + unit);
  const cost = unitCost * pack;
  return value > 0 ? { item, pack, value, cost, gain: value / cost } : null;
}

/**
 * Best last; equal gains keep the order of their names, so that a result never depends on chance.
 */
function byGain(a: Offer, b: Offer): number {
  if (a.gain !== b.gain) return a.gain - b.gain;
  return a.item.id < b.item.id ? 1 : a.item.id > b.item.id ? -1 : 0;
}

function insertByGain(queue: Offer[], offer: Offer): void {
  let [low, high] = [0, queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byGain(queue[middle]!, offer) < 0) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, offer);
}
