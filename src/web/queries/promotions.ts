import { queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api-client/client.ts';

export type Promotion = Schemas['Promotion'];

/** Promotions of a product, past and planned, in the order of their first days. */
export function promotionsQuery(sku: string) {
  return queryOptions({
    queryKey: ['products', 'promotions', sku],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const params = { path: { sku } };
      return (await answer(api.GET('/api/v1/products/{sku}/promotions', { params, signal }))).items;
    },
  });
}

export function planPromotion(
  sku: string,
  body: { firstDay: string; lastDay: string; name?: string | undefined },
): Promise<Promotion> {
  return answer(api.POST('/api/v1/products/{sku}/promotions', { params: { path: { sku } }, body }));
}

export function removePromotion(sku: string, id: string): Promise<undefined> {
  return answer(
    api.DELETE('/api/v1/products/{sku}/promotions/{id}', { params: { path: { sku, id } } }),
  );
}
