import 'uplot/dist/uPlot.min.css';
import '../styles/charts.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { DemandChart } from '../charts/demand-chart.tsx';
import { StockChart } from '../charts/stock-chart.tsx';
import { stockData } from '../charts/stock-data.ts';
import { MethodPanel } from '../components/method-panel.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProductFacts } from '../components/product-facts.tsx';
import { ProductOrders } from '../components/product-orders.tsx';
import { ProductProposal } from '../components/product-proposal.tsx';
import { ProductTerms } from '../components/product-terms.tsx';
import { productForecastQuery, productQuery, salesQuery } from '../queries/products.ts';
import { proposalQuery } from '../queries/proposals.ts';

const route = getRouteApi('/signed-in/products/$sku');

export function ProductPage() {
  const { sku } = route.useParams();
  const { data: product } = useSuspenseQuery(productQuery(sku));
  const { data: sales } = useSuspenseQuery(salesQuery(sku));
  const { data: forecast } = useSuspenseQuery(productForecastQuery(sku));
  const proposal = useQuery({
    ...proposalQuery(product.proposalId ?? ''),
    enabled: product.proposalId !== null,
  });
  const stock = useMemo(() => stockData(product, forecast), [product, forecast]);
  const kind = [product.brand, product.category].filter(Boolean).join(' · ');

  return (
    <div className="page">
      <PageHeader
        title={product.name}
        overline={
          <>
            <Link to="/products">Products</Link> · {product.sku}
          </>
        }
      >
        {kind || 'No brand or category'}
        {product.madeUp && ' · prices, terms and stock are made up for the demonstration'}
      </PageHeader>
      <div className="split">
        <div className="stack" style={{ gap: '2rem' }}>
          <DemandChart
            name={product.name}
            unit={product.unit}
            sales={sales}
            forecast={forecast?.refusal ? null : forecast}
          />
          {stock && (
            <StockChart
              name={product.name}
              unit={product.unit}
              stock={stock}
              reorderPoint={proposal.data?.reorderPoint ?? null}
            />
          )}
          <MethodPanel forecast={forecast} />
        </div>
        <div className="stack" style={{ gap: '2rem' }}>
          {product.proposalId && <ProductProposal id={product.proposalId} name={product.name} />}
          <ProductFacts product={product} stock={stock} />
          <ProductOrders product={product} />
          <ProductTerms product={product} />
        </div>
      </div>
    </div>
  );
}
