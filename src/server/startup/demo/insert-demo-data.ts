import type { Tx } from '../../store/database.ts';
import { demoSuppliers, readDemoData } from './demo-data.ts';
import {
  insertDemoOrder,
  insertDemoProducts,
  insertDemoSales,
  insertDemoStock,
  insertDemoSuppliers,
  insertDemoTerms,
} from './demo-rows.ts';

export interface DemoTarget {
  readonly tenantId: string;
  readonly currency: string;
  readonly today: string;
}

/** Products sent to the database at a time: a few megabytes of sales. */
const BATCH = 20;

/** Fills the tenant of this transaction with the demo company. */
export async function insertDemoData(tx: Tx, target: DemoTarget): Promise<void> {
  const { products, terms, stock, orders, sales } = readDemoData(target.today);
  const productIds = await insertDemoProducts(tx, target, products);
  const supplierIds = await insertDemoSuppliers(tx, target, demoSuppliers);
  const ids = { productIds, supplierIds };
  await insertDemoTerms(tx, { ...target, ...ids, terms });
  await insertDemoStock(tx, { ...target, ...ids, stock });
  let number = 0;
  for (const order of orders) {
    number += 1;
    await insertDemoOrder(tx, { ...target, ...ids, order, number });
  }
  for (let from = 0; from < sales.series.length; from += BATCH) {
    const series = sales.series.slice(from, from + BATCH);
    await insertDemoSales(tx, { ...target, ...ids, dates: sales.dates, series });
  }
}
