/**
 * Writes the page of all refusals from the catalogue:
 * node house/errors-page.ts
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorCatalogue } from '../src/contract/errors.ts';
import { itemRefusals } from '../src/contract/item-refusals.ts';

/** The text that docs/errors.md must be equal to. */
export function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, { status, title, remedy }]) => `| \`${code}\` | ${status} | ${title} | ${remedy} |`,
  );
  const items = Object.entries(itemRefusals).map(
    ([code, { title, remedy }]) => `| \`${code}\` | ${title} | ${remedy} |`,
  );
  return `${INTRODUCTION}
| code | status | what it means | what to do |
| --- | --- | --- | --- |
${rows.join('\n')}

${ITEMS}
| code | what it means | what to do |
| --- | --- | --- |
${items.join('\n')}
`;
}

const INTRODUCTION = `# Refusals

Generated from the catalogue in \`src/contract/errors.ts\` by \`node house/errors-page.ts\`.

The API answers with \`application/problem+json\`: \`type\`, \`title\`, \`status\`, \`code\`, \`remedy\`, \`details\`. The details say where,
what was found and what was wanted. The command line prints the same words to stderr and exits with 1 (2 when the command itself
was not understood); with \`--json\` it prints the same object to stdout.
`;

const ITEMS = `## One product of many

A forecast run, and the proposals made from it, go on where one product cannot be done. The product then carries one of these codes
instead of a result; \`GET /api/v1/today\` counts them.
`;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = fileURLToPath(new URL('../docs/errors.md', import.meta.url));
  writeFileSync(path, errorsPage());
  console.log(`Wrote ${path}`);
}
