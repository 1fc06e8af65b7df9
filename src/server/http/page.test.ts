import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../../test/support/http.ts';

const script = `export const answer = 42;\n`.repeat(200);
let folder: string;
let test: TestApp;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parstock-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Parstock</title>');
  writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  writeFileSync(join(folder, 'assets', 'main-abc123.js'), script);
  writeFileSync(join(folder, 'assets', 'packed-abc123.js'), script);
  const packed = brotliCompressSync('packed by the build');
  writeFileSync(join(folder, 'assets', 'packed-abc123.js.br'), packed);
  test = await startTestApp({ webFolder: folder });
});
afterAll(async () => {
  await test.close();
  rmSync(folder, { recursive: true });
});

const read = (url: string, headers: Record<string, string> = {}) =>
  test.app.inject({ url, headers });

describe('the page', () => {
  it.each(['/', '/orders', '/products/A.1', '/setup?token=x'])('answers at %s', async (url) => {
    const answer = await read(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    });
    expect(answer.body).toContain('<title>Parstock</title>');
  });

  it('may load nothing from elsewhere, be framed by nobody and leak no address', async () => {
    const { headers } = await read('/');
    const policy = String(headers['content-security-policy']).split(';').sort();
    expect(policy).toEqual([
      "base-uri 'none'",
      "connect-src 'self'",
      "default-src 'self'",
      "font-src 'self'",
      "form-action 'self'",
      "frame-ancestors 'none'",
      "img-src 'self'",
      "object-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "worker-src 'self'",
    ]);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'same-origin',
    });
    // Over plain http a browser must not be told to insist on https.
    expect(headers).not.toHaveProperty('strict-transport-security');
  });
});

describe('a file of the page', () => {
  const url = '/assets/main-abc123.js';

  it('is kept for good, since its name changes with its content', async () => {
    const answer = await read(url);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(answer.body).toBe(script);
    const again = await read(url, { 'if-none-match': String(answer.headers.etag) });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
  });

  it('travels packed where the browser can unpack it', async () => {
    const brotli = await read(url, { 'accept-encoding': 'gzip, deflate, br' });
    expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(script);
    const gzip = await read(url, { 'accept-encoding': 'gzip' });
    expect(gunzipSync(gzip.rawPayload).toString()).toBe(script);
  });

  it('travels as the build has packed it, where it has', async () => {
    const brotli = await read('/assets/packed-abc123.js', { 'accept-encoding': 'br' });
    expect(brotli.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe('packed by the build');
    expect((await read('/assets/packed-abc123.js.br')).statusCode).toBe(404);
  });

  it.each(['/assets/old.js', '/../package.json', '/%2e%2e/package.json'])(
    'is nothing else of the machine: %s',
    async (path) => {
      const answer = await read(path);
      expect(answer.body).not.toContain('"dependencies"');
      if (path.startsWith('/assets/')) expect(answer.json().code).toBe('not_found');
    },
  );
});
