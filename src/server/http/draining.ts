import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** A request that takes longer than this after the end of the lame-duck time is cut off. */
const CLOSE_DEADLINE_MS = 10_000;
/** A request that is on its way to us arrives within this after its connection. */
const UNUSED_MS = 500;
const LOOK_MS = 100;

/**
 * From the moment that it stops, every answer asks its client to come back on a new connection: one
 * that stays open would be closed in the end just as the next request is on its way.
 */
export function closeConnectionsWhen(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', async (_request, reply) => {
    if (stopping.aborted) reply.header('connection', 'close');
  });
}

/**
 * Knows the connections on which nothing was ever asked. A proxy opens some ahead of need, and Node takes
 * them for busy ones: without this, each kept a server that stops waiting for its deadline.
 */
export function watchUnused(app: FastifyInstance): { closeUnused(): void } {
  const opened = new Map<Socket, number>();
  app.server.on('connection', (socket) => {
    opened.set(socket, performance.now());
    socket.once('close', () => opened.delete(socket));
  });
  return {
    closeUnused: () => {
      const before = performance.now() - UNUSED_MS;
      for (const [socket, at] of opened)
        if (socket.bytesRead === 0 && at < before) socket.destroy();
    },
  };
}

/** Serves for the lame-duck time, then lets what is under way end, and closes. */
export async function drain(
  app: FastifyInstance,
  options: { lameDuckSeconds: number; unused: { closeUnused(): void } },
): Promise<void> {
  await sleep(options.lameDuckSeconds * 1000);
  const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
  const looks = setInterval(options.unused.closeUnused, LOOK_MS);
  await app.close();
  clearTimeout(late);
  clearInterval(looks);
}
