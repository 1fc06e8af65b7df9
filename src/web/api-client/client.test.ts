import { describe, expect, it } from 'vitest';
import { problem } from '../../contract/index.ts';
import { ApiProblem, answer, createApi, uploadFile } from './client.ts';

/** A server of one answer, that keeps what it was asked. */
function answering(respond: (request: Request) => Response | Promise<Response>) {
  const asked: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    asked.push(request.clone());
    return respond(request);
  };
  return { asked, api: createApi({ baseUrl: 'http://stock.example', fetch }) };
}

const failure = (call: Promise<unknown>) => call.then(() => null).catch((error) => error);

describe('a call', () => {
  it('gives the data of an answer', async () => {
    const { api, asked } = answering(() => Response.json({ items: [], nextCursor: null }));
    const params = { query: { query: 'a b', limit: 5 } };
    const page = await answer(api.GET('/api/v1/products', { params }));
    expect(page).toEqual({ items: [], nextCursor: null });
    expect(asked[0]?.url).toBe('http://stock.example/api/v1/products?query=a%20b&limit=5');
  });

  it('writes a SKU with a slash into one step of the path', async () => {
    const { api, asked } = answering(() => Response.json({}));
    await answer(api.GET('/api/v1/products/{sku}', { params: { path: { sku: 'A/1 %' } } }));
    expect(asked[0]?.url).toBe('http://stock.example/api/v1/products/A%2F1%20%25');
  });

  it('throws what the server says no with', async () => {
    const said = problem('reason_required', { field: 'reason' }, 'r-1');
    const { api } = answering(() => Response.json(said, { status: said.status }));
    const error = await failure(answer(api.GET('/api/v1/today')));
    expect(error).toBeInstanceOf(ApiProblem);
    const { title, remedy, status, code } = said;
    expect(error).toMatchObject({ message: title, remedy, status, code, requestId: 'r-1' });
    expect(error.details).toEqual({ field: 'reason' });
  });

  it('throws when a proxy answers with a page of its own, and when nobody answers', async () => {
    const proxy = answering(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    const bad = await failure(answer(proxy.api.GET('/api/v1/today')));
    expect(bad).toMatchObject({ name: 'ApiProblem', status: 502, code: 'internal' });
    const nobody = answering(() => Promise.reject(new TypeError('fetch failed')));
    const gone = await failure(answer(nobody.api.GET('/api/v1/today')));
    expect(gone).toMatchObject({ name: 'ApiProblem', status: 0, code: 'unreachable' });
  });

  it('lets an abort of our own through as what it is', async () => {
    const { api } = answering(({ signal }) => Promise.reject(signal.reason));
    const signal = AbortSignal.abort();
    const error = await failure(answer(api.GET('/api/v1/today', { signal })));
    expect(error.name).toBe('AbortError');
  });
});

it('an upload sends the file as it is', async () => {
  const { api, asked } = answering(() => Response.json({ id: 'x' }, { status: 202 }));
  const file = new Blob(['sku,units\n', new Uint8Array([0, 255])]);
  await uploadFile(file, { kind: 'stock', fileName: 'März.csv' }, api);
  const [request] = asked;
  expect(request?.headers.get('content-type')).toBe('application/octet-stream');
  expect(request?.url).toContain('kind=stock&fileName=M%C3%A4rz.csv');
  expect(new Uint8Array(await request!.arrayBuffer())).toEqual(
    new Uint8Array(await file.arrayBuffer()),
  );
});
