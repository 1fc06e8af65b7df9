import { Readable } from 'node:stream';
import { problem, Refusal } from '../../contract/index.ts';
import { type AccuracyEvent, checkAccuracy as check } from '../actions/check-accuracy.ts';
import type { ActionContext } from '../actions/context.ts';
import type { Exchange, Services } from './services.ts';
import type { Input } from './shapes.ts';

/** One at a time per server: it computes on the processors that serve the page. */
const busy = new WeakSet<Services>();
const SIGN_OF_LIFE_MS = 10_000;

/** Scores on this server while the connection lasts; closing it is how a check is cancelled. */
export async function checkAccuracy(
  context: ActionContext,
  request: Input<'checkAccuracy'>,
  { request: { raw }, reply, services }: Exchange,
): Promise<Readable> {
  if (busy.has(services)) throw new Refusal('accuracy_check_under_way');
  const gone = new AbortController();
  raw.socket.once('close', () => gone.abort(new Error('the connection was closed')));
  const signal = AbortSignal.any([gone.signal, services.stopping]);
  reply.headers({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const { scoreSeries: score, programVersion: version, config } = services;
  // Half of the threads: the page is used while a gate looks.
  const threads = Math.max(1, Math.floor(config.workers / 2));
  const events = check({ context, request, version, score, threads, signal });
  busy.add(services);
  const answer = Readable.from(stream(events, { services, signal, request }));
  // However it ends: a connection that is closed at once never begins to read.
  answer.once('close', () => busy.delete(services));
  return answer;
}

interface Streaming {
  readonly services: Services;
  readonly signal: AbortSignal;
  readonly request: Input<'checkAccuracy'>;
}

async function* stream(events: AsyncGenerator<AccuracyEvent>, { services, signal }: Streaming) {
  try {
    yield 'retry: 2000\n\n';
    let next = events.next();
    for (;;) {
      const silence = Promise.withResolvers<'silence'>();
      const timer = setTimeout(() => silence.resolve('silence'), SIGN_OF_LIFE_MS);
      const got = await Promise.race([next, silence.promise]).finally(() => clearTimeout(timer));
      if (got === 'silence') {
        yield ': still here\n\n';
        continue;
      }
      if (got.done) return;
      yield describe(got.value);
      next = events.next();
    }
  } catch (error) {
    if (services.stopping.aborted) yield refusal(new Refusal('shutting_down'));
    else if (!signal.aborted) yield refusal(error);
  } finally {
    await events.return(undefined);
  }
}

function describe(event: AccuracyEvent): string {
  const data = event.event === 'report' ? event.report : { done: event.done, total: event.total };
  return `event: ${event.event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function refusal(error: unknown): string {
  const { code, details } = error instanceof Refusal ? error : new Refusal('internal');
  return `event: refused\ndata: ${JSON.stringify(problem(code, details))}\n\n`;
}
