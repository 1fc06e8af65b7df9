import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, type Schemas } from '../api-client/client.ts';

export type Product = Schemas['Product'];
export type ProductSummary = Schemas['ProductSummary'];
export type ProductForecast = Schemas['ProductForecast'];
export type Sales = Schemas['Sales'];
export type Score = Schemas['Score'];

const pageSize = 500;

export function productListQuery(search: string) {
  return infiniteQueryOptions({
    queryKey: ['products', 'list', search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: pageSize, cursor: pageParam, query: search || undefined };
      return answer(api.GET('/api/v1/products', { params: { query }, signal }));
    },
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function productQuery(sku: string) {
  return queryOptions({
    queryKey: ['products', 'one', sku],
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/products/{sku}', { params: { path: { sku } }, signal })),
  });
}

export function salesQuery(sku: string) {
  return queryOptions({
    queryKey: ['products', 'sales', sku],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/products/{sku}/sales', { params: { path: { sku } }, signal })),
  });
}

/** The newest forecast; null where no run has been completed yet. */
export function productForecastQuery(sku: string) {
  return queryOptions({
    queryKey: ['products', 'forecast', sku],
    staleTime: 60_000,
    queryFn: ({ signal }): Promise<ProductForecast | null> =>
      answer(api.GET('/api/v1/products/{sku}/forecast', { params: { path: { sku } }, signal })),
  });
}

export function changeProduct(
  sku: string,
  body: { serviceLevel?: number; active?: boolean },
): Promise<Product> {
  return answer(api.PATCH('/api/v1/products/{sku}', { params: { path: { sku } }, body }));
}
