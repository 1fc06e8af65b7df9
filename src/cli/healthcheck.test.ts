import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { runParstock } from '../../test/support/command-line.ts';
import { problem } from '../contract/index.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Something that answers /ready in its own way. */
async function standIn(answer: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
}

test('a server that never answers is given up by its own patience, in words', async () => {
  const url = await standIn(() => {});
  const words = ['healthcheck', '--server', url, '--timeout', '0.3'];
  const { code, stderr } = await runParstock(words);
  expect(code).toBe(1);
  expect(stderr).toContain('server_unreachable');
});

test('a server that is not ready says why', async () => {
  const url = await standIn((_request, response) => {
    const document = problem('database_unreachable', { found: 'nothing listens there' }, 'one');
    response.writeHead(503, { 'content-type': 'application/problem+json' });
    response.end(JSON.stringify(document));
  });
  const { code, stderr } = await runParstock(['healthcheck', '--server', url]);
  expect(code).toBe(1);
  for (const word of ['database_unreachable', 'nothing listens there'])
    expect(stderr).toContain(word);
});

test('a time that is none is refused', async () => {
  const { code, stderr } = await runParstock(['healthcheck', '--timeout', 'soon']);
  expect(code).toBe(2);
  expect(stderr).toContain('--timeout');
});
