import 'uplot/dist/uPlot.min.css';
import '../styles/charts.css';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import { DemandChart } from '../charts/demand-chart.tsx';
import { StockChart } from '../charts/stock-chart.tsx';
import { stockData } from '../charts/stock-data.ts';
import { MethodPanel } from '../components/method-panel.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { ProblemNote } from '../components/problem-note.tsx';
import { ProductFacts } from '../components/product-facts.tsx';
import { ProductOrders } from '../components/product-orders.tsx';
import { ProductPromotions } from '../components/product-promotions.tsx';
import { ProductProposal } from '../components/product-proposal.tsx';
import { ProductTerms } from '../components/product-terms.tsx';
import { productForecastQuery, productQuery, salesQuery } from '../queries/products.ts';
import { promotionsQuery } from '../queries/promotions.ts';
import { proposalQuery } from '../queries/proposals.ts';
import { WhatIf } from '../what-if/what-if.tsx';

const route = getRouteApi('/signed-in/products/$sku');

/** Once decided, a proposal is no longer the open one; it stays, so that it can be taken back. */
function useSeenProposal(sku: string, current: string | null): string | null {
  const seen = useRef({ sku, id: current });
  if (seen.current.sku !== sku || current) seen.current = { sku, id: current };
  return seen.current.id;
}

export function ProductPage() {
  const { sku } = route.useParams();
  const { data: product } = useSuspenseQuery(productQuery(sku));
  const { data: sales } = useSuspenseQuery(salesQuery(sku));
  const { data: promotions } = useSuspenseQuery(promotionsQuery(sku));
  const { data: forecast } = useSuspenseQuery(productForecastQuery(sku));
  const proposalId = useSeenProposal(sku, product.proposalId);
  const proposal = useQuery({ ...proposalQuery(proposalId ?? ''), enabled: proposalId !== null });
  const open = proposal.data?.state === 'open' ? proposal.data : null;
  const stock = useMemo(
    () => stockData({ product, forecast, proposal: open }),
    [product, forecast, open],
  );
  const [supposed, setSupposed] = useState<readonly number[] | null>(null);
  const usable = forecast && !forecast.refusal ? forecast : null;
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
            promotions={promotions}
            forecast={usable}
            supposed={supposed}
          />
          {usable && (
            <WhatIf
              key={sku}
              product={product}
              sales={sales}
              promotions={promotions}
              forecast={usable}
              proposal={open}
              onMean={setSupposed}
            />
          )}
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
          {proposal.data && <ProductProposal key={proposal.data.id} proposal={proposal.data} />}
          {proposal.error && <ProblemNote error={proposal.error} />}
          <ProductFacts product={product} stock={stock} />
          <ProductPromotions sku={sku} sales={sales} promotions={promotions} />
          <ProductOrders product={product} />
          <ProductTerms product={product} />
        </div>
      </div>
    </div>
  );
}
