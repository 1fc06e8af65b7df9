import { expect, test } from 'vitest';
import type { Product, ProductForecast } from '../queries/products.ts';
import { stockData } from './stock-data.ts';

const tenADay = Array.from({ length: 8 }, () => 10);

function productWith(rest: Partial<Product>): Product {
  const stock = { onHand: 50, committed: 3, backorders: 2, countedOn: '2026-11-01', madeUp: false };
  return { sku: 'P', unit: 'each', stock, openOrders: [], ...rest } as Product;
}

function forecastFrom(origin: string, mean = tenADay): ProductForecast {
  return { origin, mean } as ProductForecast;
}

const arriving = {
  orderId: '1',
  number: 'PO-1',
  state: 'confirmed',
  quantity: 30,
  expectedOn: '2026-11-05',
};

test('stock falls along the forecast and rises where an order arrives (vector of planning)', () => {
  const data = stockData(productWith({ openOrders: [arriving] }), forecastFrom('2026-11-01'));
  expect(data?.stock).toEqual([45, 35, 25, 15, 35, 25, 15, 5, -5]);
  expect(data?.days[0]).toBe('2026-11-01');
  expect(data?.stockOutDay).toBe('2026-11-09');
  expect(data?.daysOfCover).toBe(8);
  expect(data?.arrivals).toEqual([{ day: '2026-11-05', units: 30, number: 'PO-1' }]);
});

test('a count newer than the forecast starts the projection later', () => {
  const data = stockData(productWith({}), forecastFrom('2026-10-30'));
  expect(data?.days[0]).toBe('2026-11-01');
  expect(data?.horizonDays).toBe(6);
  expect(data?.stock.at(-1)).toBe(-15);
});

test('an order without a date is not counted on', () => {
  const undated = { ...arriving, expectedOn: null };
  const data = stockData(productWith({ openOrders: [undated] }), forecastFrom('2026-11-01'));
  expect(data?.arrivals).toEqual([]);
  expect(data?.daysOfCover).toBe(5);
});

test('nothing is projected without stock, without a forecast, or past its end', () => {
  expect(stockData(productWith({ stock: null }), forecastFrom('2026-11-01'))).toBeNull();
  expect(stockData(productWith({}), null)).toBeNull();
  expect(stockData(productWith({}), forecastFrom('2026-10-01'))).toBeNull();
});
