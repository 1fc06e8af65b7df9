/** The states of a purchase order and the moves between them. */

/** From the first state to the last; cancelled stands aside. */
export const PURCHASE_ORDER_STATES = [
  'draft',
  'confirmed',
  'part_received',
  'received',
  'cancelled',
] as const;

/** State of a purchase order. */
export type PurchaseOrderState = (typeof PURCHASE_ORDER_STATES)[number];

/**
 * Where an order can go from each state. A delivery of everything takes a confirmed order straight
 * to received; what has arrived in part can no longer be cancelled.
 */
const NEXT_STATES: Readonly<Record<PurchaseOrderState, readonly PurchaseOrderState[]>> = {
  draft: ['confirmed', 'cancelled'],
  confirmed: ['part_received', 'received', 'cancelled'],
  part_received: ['received'],
  received: [],
  cancelled: [],
};

/** A move that was made, or why it was not. */
export type PurchaseOrderMove =
  | { readonly ok: true; readonly state: PurchaseOrderState }
  | {
      readonly ok: false;
      readonly code: 'order_transition';
      readonly from: PurchaseOrderState;
      readonly to: PurchaseOrderState;
      /** States that are possible from here; empty at the end. */
      readonly next: readonly PurchaseOrderState[];
    };

/** States that are possible from `state`. */
export function nextStates(state: PurchaseOrderState): readonly PurchaseOrderState[] {
  return NEXT_STATES[state];
}

/**
 * Moves a purchase order from one state to another.
 *
 * `from`, `to` states · returns the new state, or order_transition with the states that are
 * possible
 */
export function movePurchaseOrder(
  from: PurchaseOrderState,
  to: PurchaseOrderState,
): PurchaseOrderMove {
  const next = NEXT_STATES[from];
  if (next.includes(to)) return { ok: true, state: to };
  return { ok: false, code: 'order_transition', from, to, next };
}

/**
 * The state of a confirmed order after a receipt.
 *
 * `lines` ordered and received units · returns part_received or received (every line in full);
 * confirmed while nothing has arrived
 */
export function stateAfterReceipt(
  lines: readonly { readonly ordered: number; readonly received: number }[],
): 'confirmed' | 'part_received' | 'received' {
  if (lines.every(({ ordered, received }) => received >= ordered)) return 'received';
  return lines.some(({ received }) => received > 0) ? 'part_received' : 'confirmed';
}
