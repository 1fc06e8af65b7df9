import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { renderImportDocs } from './render-docs.ts';

test('docs/importing.md is in step with columns and errors', async () => {
  const written = await readFile(new URL('../../../docs/importing.md', import.meta.url), 'utf8');
  // To write it anew: print renderImportDocs() into the file.
  expect(written).toBe(renderImportDocs());
});
