import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api-client/client.ts';

export type PurchaseOrder = Schemas['PurchaseOrder'];
export type OrderLine = Schemas['OrderLine'];
export type OrderState = PurchaseOrder['state'];

export function purchaseOrderListQuery(state: OrderState | undefined) {
  return infiniteQueryOptions({
    queryKey: ['purchase-orders', 'list', state ?? 'all'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { state, cursor: pageParam, limit: 100 };
      return answer(api.GET('/api/v1/purchase-orders', { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function purchaseOrderQuery(id: string) {
  return queryOptions({
    queryKey: ['purchase-orders', 'one', id],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/purchase-orders/{id}', { params: { path: { id } }, signal })),
  });
}

export function confirmOrder(id: string, confirmedOn: string | undefined) {
  const params = { path: { id } };
  return answer(
    api.POST('/api/v1/purchase-orders/{id}/confirm', { params, body: { confirmedOn } }),
  );
}

export function cancelOrder(id: string) {
  return answer(api.POST('/api/v1/purchase-orders/{id}/cancel', { params: { path: { id } } }));
}

export function changeOrderLine(id: string, line: { id: string; quantity: number }) {
  const params = { path: { id, line: line.id } };
  const body = { quantity: line.quantity };
  return answer(api.PATCH('/api/v1/purchase-orders/{id}/lines/{line}', { params, body }));
}

export interface Receipt {
  requestId: string;
  receivedOn?: string;
  lines: { lineId: string; quantity: number }[];
}

export function receiveOrder(id: string, body: Receipt) {
  const params = { path: { id } };
  return answer(api.POST('/api/v1/purchase-orders/{id}/receipts', { params, body }));
}

/** Address of the CSV for the supplier; the browser downloads it itself. */
export function orderFileAddress(id: string): string {
  return `/api/v1/purchase-orders/${encodeURIComponent(id)}/csv`;
}
