import { afterEach, expect, test, vi } from 'vitest';
import { fetchEarly } from './early.ts';

afterEach(() => vi.unstubAllGlobals());

test('an answer under way is taken over once; then the server is asked', async () => {
  const [early, later] = [new Response('early'), new Response('later')];
  const asked = vi.fn(async () => later);
  vi.stubGlobal('fetch', asked);
  vi.stubGlobal('window', { earlyAnswers: { '/api/v1/today': Promise.resolve(early) } });
  const request = () => new Request('http://localhost/api/v1/today');
  expect(await fetchEarly(request())).toBe(early);
  expect(asked).not.toHaveBeenCalled();
  expect(await fetchEarly(request())).toBe(later);
});

test('a change makes stale what was asked for before it', async () => {
  const later = new Response('later');
  vi.stubGlobal('fetch', async () => later);
  vi.stubGlobal('window', {
    earlyAnswers: { '/api/v1/today': Promise.resolve(new Response('not signed in')) },
  });
  const signIn = new Request('http://localhost/api/v1/session', { method: 'POST' });
  expect(await fetchEarly(signIn)).toBe(later);
  expect(await fetchEarly(new Request('http://localhost/api/v1/today'))).toBe(later);
});
