import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { drain, watchUnused } from './draining.ts';

const QUICK_MS = 2_000;

async function startApp() {
  const app = Fastify({ return503OnClosing: false });
  const unused = watchUnused(app);
  app.get('/slow', async () => {
    await sleep(800);
    return 'answered';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { app, unused, port };
}

test('a connection on which nothing was asked does not keep a server from stopping', async () => {
  const { app, unused, port } = await startApp();
  const socket = connect(port, '127.0.0.1').resume();
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  const began = performance.now();
  await drain(app, { lameDuckSeconds: 0, unused });
  await closed;
  expect(performance.now() - began).toBeLessThan(QUICK_MS);
});

test('what is under way is answered first, also on a connection opened a moment before', async () => {
  const { app, unused, port } = await startApp();
  const early = fetch(`http://127.0.0.1:${port}/slow`);
  await sleep(100);
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  await once(socket, 'connect');
  const drained = drain(app, { lameDuckSeconds: 0, unused });
  await sleep(200);
  let said = '';
  socket.on('data', (text) => {
    said += text;
  });
  socket.write('GET /slow HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  await once(socket, 'close');
  expect(said).toContain('answered');
  expect(await (await early).text()).toBe('answered');
  await drained;
});
