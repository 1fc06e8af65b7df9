import { type DemoProduct, type DemoTerms, demoProduct, demoTerms } from './demo-catalogue.ts';
import { type DemoOrder, demoOrders } from './demo-orders.ts';
import { addDays, type DemoSales, readDemoSales } from './demo-sales.ts';
import { type DemoStock, demoStock } from './demo-stock.ts';

export { demoSuppliers } from './demo-catalogue.ts';

export interface DemoData {
  readonly products: readonly DemoProduct[];
  readonly terms: readonly DemoTerms[];
  readonly stock: readonly DemoStock[];
  readonly orders: readonly DemoOrder[];
  readonly sales: DemoSales;
}

const RECENT_DAYS = 56;

/** The demo company as it stands on the morning of `today`: real sales up to yesterday, the rest made up. */
export function readDemoData(today: string): DemoData {
  const sales = readDemoSales(addDays(today, -1));
  const items = sales.series.map(({ sku, units }) => {
    const recent = units.slice(-RECENT_DAYS);
    const unitsPerDay = recent.reduce((sum, each) => sum + each, 0) / recent.length;
    const product = demoProduct(sku, unitsPerDay);
    const terms = demoTerms(product, unitsPerDay);
    return { product, terms, stock: demoStock(terms[0] as DemoTerms, unitsPerDay) };
  });
  const terms = items.flatMap((item) => item.terms);
  return {
    products: items.map(({ product }) => product),
    terms,
    stock: items.map(({ stock }) => stock),
    orders: demoOrders(terms, today),
    sales,
  };
}
