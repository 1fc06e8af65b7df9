import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const dayMilliseconds = 86_400_000;

function day(daysAgo: number): string {
  return new Date(Date.now() - daysAgo * dayMilliseconds).toISOString().slice(0, 10);
}

/** Sold per day by weekday, Sunday first; the same every week, so that every run of it agrees. */
const weeks: Record<string, readonly number[]> = {
  'TEA-01': [12, 20, 21, 22, 24, 30, 26],
  'TEA-02': [0, 3, 0, 2, 4, 5, 1],
  'CUP-07': [4, 6, 6, 5, 7, 9, 8],
};
const historyDays = 210;

function salesRows(): string[] {
  const rows: string[] = [];
  for (let ago = historyDays; ago >= 1; ago--) {
    const date = day(ago);
    const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
    for (const [sku, week] of Object.entries(weeks)) rows.push(`${sku},${date},${week[weekday]}`);
  }
  return rows;
}

export interface StoryFiles {
  readonly products: string;
  /** Its codes stand in a column with a name of its own. */
  readonly suppliers: string;
  readonly terms: string;
  /** Semicolons, decimal commas, and dates that could be read in two ways. */
  readonly stock: string;
  readonly sales: string;
  /** A negative quantity and a product that nobody knows. */
  readonly badSales: string;
}

/** The files of a small shop: two teas and a cup, from one supplier, nearly sold out. */
export async function writeStoryFiles(folder: string): Promise<StoryFiles> {
  await mkdir(folder, { recursive: true });
  const write = async (name: string, lines: readonly string[]) => {
    const path = join(folder, name);
    await writeFile(path, `${lines.join('\n')}\n`);
    return path;
  };
  return {
    products: await write('products.csv', [
      'sku,name,category,unit,unit_cost,unit_price',
      'TEA-01,Assam 250 g,Tea,each,2.40,4.90',
      'TEA-02,"Oolong, first flush 100 g",Tea,each,5.10,11.50',
      'CUP-07,Cup with handle,Cups,each,1.95,4.50',
    ]),
    suppliers: await write('suppliers.csv', [
      'ref,name,currency,working_weekdays',
      'HAR,Harbour Trading,EUR,1-7',
    ]),
    terms: await write('terms.csv', [
      'sku,supplier,lead_time_days,review_period_days,minimum_order_quantity,order_multiple',
      'TEA-01,HAR,6,7,48,12',
      'TEA-02,HAR,6,7,,6',
      'CUP-07,HAR,6,7,24,6',
    ]),
    stock: await write('Bestand.csv', [
      'sku;on_hand;counted_on',
      'TEA-01;30,0;03/04/2026',
      'TEA-02;8,5;03/04/2026',
      'CUP-07;16,0;03/04/2026',
    ]),
    sales: await write('sales.csv', ['sku,date,units', ...salesRows()]),
    badSales: await write('bad-sales.csv', [
      'sku,date,units',
      `TEA-01,${day(3)},-4`,
      `TEA-99,${day(2)},1`,
    ]),
  };
}
