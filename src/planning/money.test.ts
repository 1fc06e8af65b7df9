import { expect, it } from 'vitest';
import { currencyDecimals, proposeOrder, roundMoney } from './index.ts';
import { exampleOrder } from './reference/example-order.ts';

it('an amount has the decimals of its currency', () => {
  expect(['EUR', 'JPY', 'KWD', 'CLF', null].map(currencyDecimals)).toEqual([2, 0, 3, 4, 2]);
  expect(roundMoney(12 * 0.95, 'EUR')).toBe(11.4);
  expect(roundMoney(96 * 0.6, 'EUR')).toBe(57.6);
  expect(roundMoney(1.005, 'EUR')).toBe(1.01);
  expect(roundMoney(-1.005, 'EUR')).toBe(-1.01);
  expect(roundMoney(1.5, 'JPY')).toBe(2);
  expect(roundMoney(0.12345, 'TND')).toBe(0.123);
});

it('a value carries no dust of binary arithmetic, and its trace says where it was rounded', () => {
  const valued = (unitCost: number, currency: string) => {
    const order = exampleOrder();
    const { trace, value, quantity } = proposeOrder({
      ...order,
      terms: { ...order.terms, unitCost, currency, minimumOrderQuantity: 600, orderMultiple: 600 },
    });
    expect(quantity).toBe(600);
    return { value, last: trace.at(-1) };
  };
  // 600 × 0.019 is 11.399999999999999 in binary.
  expect(valued(0.019, 'EUR')).toMatchObject({
    value: { amount: 11.4 },
    last: { id: 'value', result: 11.4 },
  });
  expect(valued(0.0333, 'JPY')).toMatchObject({
    value: { amount: 20 },
    last: { id: 'value-rounded', result: 20, inputs: [{ value: 19.98 }, { value: 1 }] },
  });
});
