/** Stock on the shelf day by day, and the demand that finds it empty. */
export interface ShelfWalk {
  /** Units at the end of each day, the start first; never below zero. */
  readonly stock: readonly number[];
  /** Units asked for in vain on each day; zero at the start. */
  readonly missed: readonly number[];
}

interface ShelfWalkInput {
  /** Below zero when more is promised than there is: that much of an arrival is gone at once. */
  readonly start: number;
  readonly demand: readonly number[];
  /** `day` 1 is the first day of demand; what is due before arrives then. */
  readonly receipts: readonly { readonly day: number; readonly quantity: number }[];
}

/**
 * The walk of planning's projection, except that demand without stock is missed rather than owed:
 * a shelf shows no mountain below zero, and an order that arrives is all there to be sold.
 */
export function walkShelf({ start, demand, receipts }: ShelfWalkInput): ShelfWalk {
  const arriving = new Map<number, number>();
  for (const { day, quantity } of receipts) {
    const on = Math.max(1, day);
    arriving.set(on, (arriving.get(on) ?? 0) + quantity);
  }
  let units = start;
  const stock = [Math.max(0, units)];
  const missed = [0];
  demand.forEach((wanted, i) => {
    units += arriving.get(i + 1) ?? 0;
    const served = Math.min(wanted, Math.max(0, units));
    units -= served;
    stock.push(Math.max(0, units));
    missed.push(wanted - served);
  });
  return { stock, missed };
}
