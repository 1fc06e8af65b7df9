import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, api, runEventsUrl, type Schemas } from '../api-client/client.ts';

export type Run = Schemas['Run'];
export type RunModels = Schemas['RunModels'];

export function isActive(run: Run | null | undefined): boolean {
  return run?.state === 'queued' || run?.state === 'running';
}

export const runListQuery = infiniteQueryOptions({
  queryKey: ['runs', 'list'],
  initialPageParam: undefined as string | undefined,
  queryFn: ({ pageParam, signal }) => {
    const query = { cursor: pageParam, limit: 25 };
    return answer(api.GET('/api/v1/runs', { params: { query }, signal }));
  },
  getNextPageParam: (page) => page.nextCursor ?? undefined,
});

/** What models did for a run that has ended: it never changes. */
export const runModelsQuery = (id: string) =>
  queryOptions({
    queryKey: ['runs', id, 'models'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) =>
      answer(api.GET('/api/v1/runs/{id}/models', { params: { path: { id } }, signal })),
  });

export function readRun(id: string): Promise<Run> {
  return answer(api.GET('/api/v1/runs/{id}', { params: { path: { id } } }));
}

export function startRun(): Promise<Run> {
  return answer(api.POST('/api/v1/runs', { body: {} }));
}

export function cancelRun(id: string): Promise<Run> {
  return answer(api.POST('/api/v1/runs/{id}/cancel', { params: { path: { id } } }));
}

/**
 * Calls back with the run as it moves, until it ends or the returned function is called. Listens to
 * the server's events; where a proxy swallows them, asks every two seconds instead.
 */
export function followRun(id: string, onRun: (run: Run) => void): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const events = new EventSource(runEventsUrl(id));

  const take = (run: Run) => {
    if (stopped) return;
    onRun(run);
    if (!isActive(run)) stop();
  };
  const poll = async () => {
    if (stopped) return;
    // A missed poll is no news; the next one tells.
    await readRun(id).then(take, () => undefined);
    if (!stopped) timer = setTimeout(poll, 2_000);
  };
  const stop = () => {
    stopped = true;
    events.close();
    clearTimeout(timer);
  };

  events.addEventListener('run', (event) => take(JSON.parse((event as MessageEvent).data)));
  events.addEventListener('error', () => {
    if (stopped) return;
    events.close();
    clearTimeout(timer);
    void poll();
  });
  return stop;
}
