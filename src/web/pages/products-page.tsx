import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { Button } from '../components/button.tsx';
import { Empty } from '../components/empty.tsx';
import { TextField } from '../components/field.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProductTable } from '../components/product-table.tsx';
import { count } from '../format/number.ts';
import { productListQuery } from '../queries/products.ts';

const route = getRouteApi('/signed-in/products');
const patienceMilliseconds = 180;

/** What is typed goes into the address after a pause: the list can be reloaded and sent on. */
function SearchField() {
  const { q, focus } = route.useSearch();
  const navigate = useNavigate();
  const [text, setText] = useState(q ?? '');
  const field = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const timer = setTimeout(() => {
      if (text === (q ?? '')) return;
      void navigate({ to: '/products', search: { q: text || undefined }, replace: true });
    }, patienceMilliseconds);
    return () => clearTimeout(timer);
  }, [text, q, navigate]);

  useEffect(() => {
    if (!focus) return;
    field.current?.select();
    void navigate({ to: '/products', search: { q }, replace: true });
  }, [focus, q, navigate]);

  return (
    <TextField
      ref={field}
      label="Search"
      labelHidden
      type="search"
      placeholder="SKU or name"
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

export function ProductsPage() {
  const { q = '' } = route.useSearch();
  const search = useDeferredValue(q);
  const list = useSuspenseInfiniteQuery(productListQuery(search));
  const products = list.data.pages.flatMap((page) => page.items);
  return (
    <div className="page">
      <PageHeader title="Products" actions={<SearchField />}>
        {count(products.length, 'product')}
        {list.hasNextPage && ' loaded, more below'}
        {search && ` with “${search}”`}
      </PageHeader>
      {products.length === 0 ? (
        <Empty
          title={search ? 'No product matches' : 'No products yet'}
          action={
            !search && (
              <Link to="/import" className="button primary">
                Import products
              </Link>
            )
          }
        >
          {search
            ? 'The search looks for a part of the SKU or of the name.'
            : 'Products come in by a CSV file with at least a SKU and a name.'}
        </Empty>
      ) : (
        <ProductTable products={products} complete={!list.hasNextPage} />
      )}
      {list.hasNextPage && (
        <div>
          <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        </div>
      )}
    </div>
  );
}
