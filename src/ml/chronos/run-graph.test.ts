import fc from 'fast-check';
import { expect, test } from 'vitest';
import { limitConcurrency } from './limit-concurrency.ts';
import { inBatches } from './run-graph.ts';

const item = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  tokens: fc.integer({ min: 1, max: 3000 }),
});

test('every item is run once, with its like, and answered in its place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(item, { maxLength: 80 }), async (items) => {
      const batches: (readonly (typeof items)[number][])[] = [];
      const answers = await inBatches(
        items,
        (one) => one,
        async (batch) => {
          batches.push(batch);
          return batch;
        },
      );
      expect(answers).toEqual(items);
      expect(batches.flat()).toHaveLength(items.length);
      for (const batch of batches) {
        expect(new Set(batch.map(({ rows }) => rows)).size).toBe(1);
        // Padded to the longest, which comes first; more than one only where they fit together.
        const padded = batch.length * batch[0]!.rows * batch[0]!.tokens;
        if (batch.length > 1) expect(padded).toBeLessThanOrEqual(550);
        expect(Math.max(...batch.map(({ tokens }) => tokens))).toBe(batch[0]!.tokens);
      }
    }),
  );
});

test('no more work is under way than allowed, and a failure frees its place', async () => {
  const limited = limitConcurrency(3);
  let running = 0;
  let most = 0;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_, i) =>
      limited(async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        if (i % 4 === 0) throw new Error('no');
        return i;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(5);
});
