import { expect, test } from 'vitest';
import type { Product, ProductForecast } from '../queries/products.ts';
import { type ProposedOrder, stockData } from './stock-data.ts';
import { describeStock, readStockDay } from './stock-words.ts';

const tenADay = Array.from({ length: 8 }, () => 10);

function productWith(rest: Partial<Product>): Product {
  const stock = { onHand: 50, committed: 3, backorders: 2, countedOn: '2026-11-01', madeUp: false };
  return { sku: 'P', unit: 'each', stock, openOrders: [], ...rest } as Product;
}

function forecastFrom(origin: string, mean = tenADay): ProductForecast {
  return { origin, mean } as ProductForecast;
}

function project(rest: Partial<Product>, origin: string, proposal: ProposedOrder | null = null) {
  return stockData({ product: productWith(rest), forecast: forecastFrom(origin), proposal });
}

const arriving = {
  orderId: '1',
  number: 'PO-1',
  state: 'confirmed',
  quantity: 30,
  expectedOn: '2026-11-05',
};

const proposal: ProposedOrder = {
  asOf: '2026-11-01',
  state: 'open',
  quantity: 25,
  expectedReceipt: '2026-11-08',
  stockOutOn: '2026-11-06',
  daysOfCover: 5,
};

test('stock falls along the forecast and rises where an order arrives (vector of planning)', () => {
  const data = project({ openOrders: [arriving] }, '2026-11-01');
  expect(data?.stock).toEqual([45, 35, 25, 15, 35, 25, 15, 5, 0]);
  expect(data?.missed.at(-1)).toBe(5);
  expect(data?.days[0]).toBe('2026-11-01');
  expect(data?.stockOutDay).toBe('2026-11-09');
  expect(data?.daysOfCover).toBe(8);
  expect(data?.arrivals).toEqual([{ day: '2026-11-05', units: 30, number: 'PO-1' }]);
});

test('demand without stock is missed, and a proposed order is all there when it arrives', () => {
  const data = project({}, '2026-11-01', proposal);
  expect(data?.stock).toEqual([45, 35, 25, 15, 5, 0, 0, 0, 0]);
  expect(data?.missed).toEqual([0, 0, 0, 0, 0, 5, 10, 10, 10]);
  expect(data?.withOrder?.stock).toEqual([45, 35, 25, 15, 5, 0, 0, 15, 5]);
  expect(data?.withOrder?.stockOutDay).toBeNull();
});

test('the words say when, how much is missed, and what the order changes', () => {
  const data = project({}, '2026-11-01', proposal)!;
  const words = describeStock(data, 'each', '2026-11-02');
  expect(words).toMatch(/runs out on .*6.*; about 15 units would be missed before .*8/);
  expect(words).toMatch(/With the proposed 25 units, .* lasts to the end of the forecast\.$/);
  expect(describeStock(data, 'kg', '2026-11-07')).toMatch(/^The stock is used up; about 15 kg/);
  expect(readStockDay(data, 7, 'each')).toMatch(
    / · 0 units at the end of the day · 10 units missed · 15 units with this order$/,
  );
});

test('a decided or empty proposal draws no second line', () => {
  expect(project({}, '2026-11-01', { ...proposal, state: 'accepted' })?.withOrder).toBeNull();
  expect(project({}, '2026-11-01', { ...proposal, quantity: 0 })?.withOrder).toBeNull();
});

test('nothing on hand is no day of cover; what is owed comes off the first arrival', () => {
  const stock = { onHand: 0, committed: 0, backorders: 5, countedOn: '2026-11-01', madeUp: false };
  const data = project({ stock, openOrders: [arriving] }, '2026-11-01');
  expect(data?.daysOfCover).toBe(0);
  expect(data?.stockOutDay).toBe('2026-11-01');
  expect(data?.stock.slice(0, 6)).toEqual([0, 0, 0, 0, 15, 5]);
});

test('a count newer than the forecast starts the projection later', () => {
  const data = project({}, '2026-10-30');
  expect(data?.days[0]).toBe('2026-11-01');
  expect(data?.horizonDays).toBe(6);
  expect(data?.missed.at(-1)).toBe(10);
});

test('a proposal on a forecast that is over uses it as if it began that day', () => {
  const data = project({}, '2026-10-01', proposal);
  expect(data?.days[0]).toBe('2026-11-01');
  expect(data?.horizonDays).toBe(8);
});

test('an order without a date is not counted on', () => {
  const data = project({ openOrders: [{ ...arriving, expectedOn: null }] }, '2026-11-01');
  expect(data?.arrivals).toEqual([]);
  expect(data?.daysOfCover).toBe(5);
});

test('nothing is projected without stock, without a forecast, or past its end', () => {
  expect(project({ stock: null }, '2026-11-01')).toBeNull();
  expect(stockData({ product: productWith({}), forecast: null, proposal: null })).toBeNull();
  expect(project({}, '2026-10-01')).toBeNull();
});
