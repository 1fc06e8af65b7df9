import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { type Run, runSchema } from '../../contract/index.ts';
import type { ActionContext } from '../actions/context.ts';
import { getRun } from '../actions/get-run.ts';
import type { Exchange } from './services.ts';

const LOOK_EVERY_MS = 500;
/** Proxies close a stream that is silent for long. */
const LOOKS_BETWEEN_SIGNS_OF_LIFE = 30;
const ended: readonly Run['state'][] = ['completed', 'cancelled', 'failed'];

/** The run as server-sent events: once now, then whenever it has moved, until it ends. */
export async function followRun(
  context: ActionContext,
  { id }: { id: string },
  { request, reply, services }: Exchange,
): Promise<Readable | undefined> {
  const first = await getRun(context, { id });
  // A browser comes back when a stream ends; one that has seen the end is told to stay away.
  if (ended.some((state) => state === request.headers['last-event-id'])) {
    reply.code(204).send();
    return undefined;
  }
  const gone = new AbortController();
  request.raw.socket.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, services.stopping]);
  reply.headers({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  return Readable.from(eventsOf(first, { read: () => getRun(context, { id }), signal }));
}

async function* eventsOf(first: Run, source: { read: () => Promise<Run>; signal: AbortSignal }) {
  let run = first;
  let said = '';
  let silent = 0;
  yield 'retry: 2000\n\n';
  for (;;) {
    const event = describe(run);
    if (event !== said) yield event;
    else if (++silent % LOOKS_BETWEEN_SIGNS_OF_LIFE === 0) yield ': still here\n\n';
    said = event;
    if (ended.includes(run.state) || source.signal.aborted) return;
    try {
      await wait(LOOK_EVERY_MS, undefined, { signal: source.signal });
    } catch {
      return;
    }
    run = await source.read();
  }
}

function describe(run: Run): string {
  return `id: ${run.state}\nevent: run\ndata: ${JSON.stringify(z.encode(runSchema, run))}\n\n`;
}
