import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoData, demoSuppliers, readDemoData } from './demo-data.ts';

export interface DemoFilesOptions {
  readonly today: string;
  readonly currency?: string;
}

type Cell = string | number | boolean | null;
interface Table {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Writes the demo company as the files that the importer reads; returns their paths in import order. */
export function writeDemoFiles(folder: string, options: DemoFilesOptions): string[] {
  const data = readDemoData(options.today);
  const currency = options.currency ?? 'EUR';
  mkdirSync(folder, { recursive: true });
  const tables = [
    productTable(data, currency),
    supplierTable(currency),
    termsTable(data, currency),
    stockTable(data, options.today),
    salesTable(data),
  ];
  return tables.map(({ file, columns, rows }) => {
    const lines = [columns, ...rows].map((cells) => cells.map(cell).join(','));
    const path = join(folder, file);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  });
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function productTable({ products }: DemoData, currency: string): Table {
  return {
    file: 'products.csv',
    columns: [
      ...['sku', 'name', 'category', 'brand', 'unit_cost', 'unit_price', 'currency'],
      'service_level',
    ],
    rows: products.map((product) => [
      ...[product.sku, product.name, product.category, product.brand],
      ...[product.unitCost, product.unitPrice, currency, product.serviceLevel],
    ]),
  };
}

function supplierTable(currency: string): Table {
  return {
    file: 'suppliers.csv',
    columns: ['code', 'name', 'email', 'currency', 'working_weekdays'],
    rows: demoSuppliers.map(({ code, name, email, workingWeekdays }) => [
      ...[code, name, email, currency],
      workingWeekdays.join(','),
    ]),
  };
}

function termsTable({ terms }: DemoData, currency: string): Table {
  return {
    file: 'terms.csv',
    columns: [
      ...['sku', 'supplier', 'lead_time_days', 'lead_time_sd_days', 'review_period_days'],
      ...['minimum_order_quantity', 'order_multiple', 'maximum_order_quantity', 'unit_cost'],
      ...['currency', 'preferred'],
    ],
    rows: terms.map((term) => [
      ...[term.sku, term.supplier.code, term.supplier.leadTimeDays, term.supplier.leadTimeSdDays],
      ...[term.supplier.reviewPeriodDays, term.minimumOrderQuantity, term.orderMultiple],
      ...[term.maximumOrderQuantity, term.unitCost, currency, term.preferred],
    ]),
  };
}

function stockTable({ stock }: DemoData, today: string): Table {
  return {
    file: 'stock.csv',
    columns: ['sku', 'on_hand', 'committed', 'backorders', 'counted_on'],
    rows: stock.map(({ sku, onHand, committed, backorders }) => [
      ...[sku, onHand, committed, backorders],
      today,
    ]),
  };
}

function salesTable({ sales }: DemoData): Table {
  const rowsOf = ({ sku, units, promotion }: DemoData['sales']['series'][number]) =>
    sales.dates.map((date, i) => [sku, date, units[i] as number, promotion[i] as boolean]);
  return {
    file: 'sales.csv',
    columns: ['sku', 'date', 'units', 'promotion'],
    rows: sales.series.flatMap(rowsOf),
  };
}
