// A server of a few lines that keeps the promises which a deploy relies on: /live /ready /status
// /metrics, data in /data, and answers that a client outside can check. What it does wrong is in the
// image: FAULT is baked in by a build argument, as a bad release would have it.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const { VERSION, SCHEMA, MIN_READER, FAULT = 'none' } = process.env;
if (FAULT === 'start') {
  console.error('cannot start: a library is missing');
  process.exit(3);
}
mkdirSync('/data/rows', { recursive: true });
const schemaFile = '/data/schema.json';
const rowsFile = '/data/rows/rows.txt';
let database = existsSync(schemaFile) ? JSON.parse(readFileSync(schemaFile, 'utf8')) : null;
if (!database || database.schema < SCHEMA) {
  if (FAULT === 'migration') {
    // Half-way: the data are touched, the note of it is not written.
    appendFileSync(rowsFile, 'half-migrated\n');
    console.error('migration failed half-way');
    process.exit(4);
  }
  database = { schema: SCHEMA, minReader: MIN_READER };
  writeFileSync(schemaFile, JSON.stringify(database));
}
const rows = () => (existsSync(rowsFile) ? readFileSync(rowsFile, 'utf8') : '');
const counts = { requests: 0, errors: 0 };
let ready = FAULT !== 'ready';

const pages = {
  '/live': () => [200, { live: true }],
  '/ready': () => [ready ? 200 : 503, { ready }],
  '/status': () => [200, { version: VERSION, schema: { ...named(), program: SCHEMA } }],
  '/metrics': () => [200, metrics()],
  '/environment': () => [200, { secret: process.env.PARSTOCK_DATABASE_URL ?? null }],
  '/rows': () => [200, rows()],
};
const named = () => ({ database: database.schema, minReader: database.minReader });

const server = createServer((request, response) => {
  const answer = ([status, body]) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
  const path = request.url.split('?')[0];
  const page = pages[path];
  if (page && request.method === 'GET') return answer(page());
  let body = '';
  request.on('data', (piece) => {
    body += piece;
  });
  request.on('end', () => {
    counts.requests += 1;
    if (FAULT === 'errors') {
      counts.errors += 1;
      return answer([500, { version: VERSION }]);
    }
    if (path === '/rows') appendFileSync(rowsFile, `${body}\n`, { flush: true });
    answer([200, { version: VERSION, body }]);
  });
});
server.keepAliveTimeout = 72_000;
server.listen(8080, '0.0.0.0');
process.on('SIGTERM', () => {
  ready = false;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});

function metrics() {
  const { requests, errors } = counts;
  const labels = (status) => `route="/rows",method="POST",status="${status}"`;
  const started = Date.now() / 1000 - process.uptime();
  return [
    `process_start_time_seconds ${started}`,
    `http_request_duration_seconds_bucket{${labels(200)},le="0.1"} ${requests - errors}`,
    `http_request_duration_seconds_bucket{${labels(200)},le="+Inf"} ${requests - errors}`,
    `http_request_duration_seconds_count{${labels(200)}} ${requests - errors}`,
    `http_request_duration_seconds_count{${labels(500)}} ${errors}`,
    'parstock_jobs_failed_total 0',
  ].join('\n');
}
