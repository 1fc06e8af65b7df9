import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientSchemaPath, generateClientSchema } from './generate-client.ts';

it('the page’s client is the one that the API describes: node house/generate-client.ts', async () => {
  // Compared as a whole: a diff of two thousand lines would help nobody.
  const same = readFileSync(clientSchemaPath, 'utf8') === (await generateClientSchema());
  expect(same).toBe(true);
});
