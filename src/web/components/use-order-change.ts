import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type PurchaseOrder, purchaseOrderQuery } from '../queries/purchase-orders.ts';

/** A change of an order: the answer is the new order, and what depends on it is asked for again. */
export function useOrderChange<Input>(change: (input: Input) => Promise<PurchaseOrder>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (order) => {
      queryClient.setQueryData(purchaseOrderQuery(order.id).queryKey, order);
      const stale = [['purchase-orders', 'list'], ['proposals'], ['today'], ['products']];
      await Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })));
    },
  });
}
