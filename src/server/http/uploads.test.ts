import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';
import { eventually } from '../../../test/support/jobs.ts';

const MAX_BYTES = 300_000;
let test: TestApp;
let base: string;
beforeAll(async () => {
  test = await startTestApp({ maxUploadBytes: MAX_BYTES });
  base = await test.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => test.close());

const query = 'kind=sales&fileName=sales.csv';
const upload = (body: BodyInit, { type = 'text/csv', of = query } = {}) =>
  fetch(`${base}/api/v1/imports?${of}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${test.keys.planner}`, 'content-type': type },
    body,
    duplex: 'half',
  } as RequestInit);

const stored = () => {
  const folder = join(test.context.uploadFolder, test.tenantId);
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
};

describe('an upload', () => {
  it.each(['text/csv', 'application/gzip', 'application/octet-stream'])(
    'as %s arrives as it was sent, and waits for its dry run',
    async (type) => {
      const bytes = gzipSync('sku,date,units\nA,2024-01-01,3\n');
      const answer = await upload(bytes, { type });
      expect(answer.status).toBe(202);
      const made = await answer.json();
      expect(made).toMatchObject({ kind: 'sales', fileName: 'sales.csv', state: 'checking' });
      const { tenantId } = test;
      expect(test.jobs.at(-1)).toEqual({ name: 'check-import', tenantId, importId: made.id });
      const path = stored().find((file) => file.endsWith(made.id));
      expect(readFileSync(path!)).toEqual(bytes);
    },
  );

  it('keeps what it was told about the file', async () => {
    const columns = encodeURIComponent('{"units":"Menge"}');
    const of = `${query}&delimiter=%3B&dateFormat=dmy&columns=${columns}`;
    expect((await upload('x', { of })).status).toBe(202);
    const wrong = await upload('x', { of: `${query}&columns=%7B"units":1%7D` });
    expect(await wrong.json()).toMatchObject({
      status: 400,
      details: { issues: [{ in: 'query', path: 'columns', found: '{"units":1}' }] },
    });
  });

  it.each([
    ['announced', () => new Uint8Array(MAX_BYTES + 1)],
    ['streamed without end', () => Readable.toWeb(Readable.from(chunks(100)))],
  ])('that is too large is refused, %s', async (_how, make) => {
    const before = stored().length;
    const answer = await upload(make() as BodyInit);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'body_too_large' });
    expect(stored().length).toBe(before);
  });

  it('of a form, or by a viewer, is refused before it is read', async () => {
    const form = new FormData();
    form.set('file', new Blob(['sku']), 'sales.csv');
    const asForm = await fetch(`${base}/api/v1/imports?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.keys.planner}` },
      body: form,
    });
    expect(await asForm.json()).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    const asViewer = await fetch(`${base}/api/v1/imports?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${test.keys.viewer}`, 'content-type': 'text/csv' },
      body: new Uint8Array(MAX_BYTES + 1),
    });
    expect(await asViewer.json()).toMatchObject({ status: 403 });
  });

  it('whose sender goes away half-way leaves a failed import and no file', async () => {
    const before = stored().length;
    const sending = httpRequest(`${base}/api/v1/imports?${query}&delimiter=tab`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${test.keys.planner}`,
        'content-type': 'text/csv',
        'content-length': 100_000,
      },
    });
    sending.on('error', () => {});
    sending.write('sku,date,units\n');
    const newest = async () => {
      const { items } = (await test.ask({ as: 'viewer', url: '/api/v1/imports?limit=1' })).json();
      return items[0];
    };
    await eventually('the upload begins', async () => (await newest()).state === 'uploading');
    sending.destroy();
    const failed = await eventually('the upload fails', async () => {
      const found = await newest();
      return found.state === 'failed' && found;
    });
    expect(failed.refusal.code).toBe('import_file_cut');
    expect(stored().length).toBe(before);
  });
});

async function* chunks(count: number) {
  for (let i = 0; i < count; i++) yield Buffer.alloc(10_000, 65);
}
