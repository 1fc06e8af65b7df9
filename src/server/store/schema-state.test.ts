import { expect, test } from 'vitest';
import { planSchema } from './schema-state.ts';

const contracts = {
  '0003-c': { since: '2.0.0', minReader: '1.0.0', minUpgradeFrom: '0002-b' },
  '0004-d': { since: '2.1.0', minReader: '2.0.0', minUpgradeFrom: '0003-c' },
};
/** Has dropped the first migrations: it cannot begin from them any more. */
const program = { version: '2.1.0', contracts };
const row = (name: string, minReader: string | null = '1.0.0') => ({ name, minReader });

test('applies what is missing, to an empty database everything', () => {
  const at3 = [row('0003-c')];
  expect(planSchema(at3, program)).toEqual({ missing: ['0004-d'], schema: '0004-d' });
  expect(planSchema([], program)).toEqual({ missing: ['0003-c', '0004-d'], schema: '0004-d' });
});

test('old rows that the program has forgotten are no hindrance', () => {
  const rows = [row('0001-a'), row('0002-b'), row('0003-c')];
  expect(planSchema(rows, program).missing).toEqual(['0004-d']);
});

test('tables too old to go on from are refused, with the version to go through', () => {
  expect(() => planSchema([row('0001-a'), row('0002-b')], program)).toThrow(
    expect.objectContaining({
      code: 'schema_too_old',
      details: { found: '0002-b', wanted: '0003-c', program: '2.1.0', through: '2.0.0' },
    }),
  );
});

test('tables that are ahead are accepted down to the version that they ask for', () => {
  const rows = [row('0003-c'), row('0004-d'), row('0005-e', '2.1.0')];
  expect(planSchema(rows, program)).toEqual({ missing: [], schema: '0005-e' });
  const older = { ...program, version: '2.1.0-rc.1' };
  expect(() => planSchema(rows, older)).toThrow(
    expect.objectContaining({
      code: 'schema_too_new',
      details: expect.objectContaining({ found: '0005-e', minReader: '2.1.0' }),
    }),
  );
  expect(() => planSchema([...rows, row('0006-f', null)], program)).toThrow(
    expect.objectContaining({ code: 'schema_too_new' }),
  );
});
