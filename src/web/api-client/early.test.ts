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

test('a change is never answered by what was asked for early', async () => {
  const later = new Response('later');
  vi.stubGlobal('fetch', async () => later);
  const early = { '/api/v1/session': Promise.resolve(new Response('early')) };
  vi.stubGlobal('window', { earlyAnswers: early });
  const request = new Request('http://localhost/api/v1/session', { method: 'DELETE' });
  expect(await fetchEarly(request)).toBe(later);
  expect(Object.keys(early)).toEqual(['/api/v1/session']);
});
