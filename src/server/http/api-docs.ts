import { apiPrefix, type Route, resourceOf, routes } from './routes.ts';

/** The route table as docs/api.md shows it; a test compares the two. */
export function renderApiDocs(): string {
  const byResource = Map.groupBy(routes, resourceOf);
  const rows = [...byResource.values()].flat().map(row);
  return ['| route | role | what it does |', '| --- | --- | --- |', ...rows].join('\n');
}

function row({ method, path, audience, summary }: Route): string {
  const address = `${method} ${apiPrefix}${path.replace(/:(\w+)/g, '{$1}')}`;
  return `| \`${address}\` | ${audience} | ${summary} |`;
}
