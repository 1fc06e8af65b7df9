import { expect, test } from 'vitest';
import { testDatabase } from '../../../test/support/database.ts';
import { currencyDecimals, roundMoney } from '../../planning/index.ts';

test('the database rounds money as planning does, in every currency', async () => {
  const store = await testDatabase();
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));
  const { rows } = await store.database.pool.query<{ currency: string; money: string }>(
    `select currency, parstock_money(7.123450000, currency)::text as money
     from unnest($1::text[]) as currency`,
    [codes],
  );
  const differing = rows.filter(
    ({ currency, money }) => Number(money) !== roundMoney(7.12345, currency),
  );
  expect(rows).toHaveLength(26 ** 3);
  expect(differing).toEqual([]);
  expect(codes.filter((code) => currencyDecimals(code) !== 2)).toHaveLength(26);
  await store.close();
});
