import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** A request that takes longer than this after the end of the lame-duck time is cut off. */
const CLOSE_DEADLINE_MS = 10_000;

/**
 * From the moment that it stops, every answer asks its client to come back on a new connection: one
 * that stays open would be closed in the end just as the next request is on its way.
 */
export function closeConnectionsWhen(app: FastifyInstance, stopping: AbortSignal): void {
  app.addHook('onSend', async (_request, reply) => {
    if (stopping.aborted) reply.header('connection', 'close');
  });
}

/** Serves for the lame-duck time, then lets what is under way end, and closes. */
export async function drain(app: FastifyInstance, lameDuckSeconds: number): Promise<void> {
  await sleep(lameDuckSeconds * 1000);
  const late = setTimeout(() => app.server.closeAllConnections(), CLOSE_DEADLINE_MS);
  await app.close();
  clearTimeout(late);
}
