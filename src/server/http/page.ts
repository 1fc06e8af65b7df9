import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/index.ts';

/** A file of the page, in memory: there are a few, and nothing else can be asked for by path. */
interface PageFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Named after its content by the build: it never changes. */
  readonly immutable: boolean;
  readonly packed: Map<Packing, Promise<Buffer>>;
}
type Packing = 'br' | 'gzip';

const mediaTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};
const worthPacking = /^(text|application|image\/svg)/;
const SMALLEST_WORTH_PACKING = 1_000;

/** Serves the built page: its files, and the page itself for every address that it routes. */
export function registerPage(app: FastifyInstance, webFolder: string | null): void {
  const files = webFolder && existsSync(webFolder) ? readFiles(webFolder) : new Map();
  app.get('/*', { schema: { hide: true }, logLevel: 'warn' }, async (request, reply) => {
    const path = (request.params as { '*': string })['*'];
    const file = files.get(path) ?? (isPageRoute(path) ? files.get('index.html') : undefined);
    if (!file) throw new Refusal('not_found', { path: `/${path}` });
    return sendFile(file, request, reply);
  });
}

/** Addresses inside the page have no file ending; a missing script must not be answered with HTML. */
function isPageRoute(path: string): boolean {
  return !path.startsWith('api/') && !path.startsWith('assets/');
}

/** Endings that the build gives to what it has packed already. */
const packings = { '.br': 'br', '.gz': 'gzip' } as const;

function readFiles(folder: string): Map<string, PageFile> {
  const files = readAll(folder);
  for (const [path, { body }] of files) {
    const ending = extname(path) as keyof typeof packings;
    if (!packings[ending]) continue;
    files.delete(path);
    files.get(path.slice(0, -ending.length))?.packed.set(packings[ending], Promise.resolve(body));
  }
  return files;
}

function readAll(folder: string): Map<string, PageFile> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
        const body = readFileSync(join(folder, path));
        const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 20)}"`;
        const type = mediaTypes[extname(path)] ?? 'application/octet-stream';
        return [
          path,
          { body, type, etag, immutable: path.startsWith('assets/'), packed: new Map() },
        ];
      }),
  );
}

async function sendFile(file: PageFile, request: FastifyRequest, reply: FastifyReply) {
  reply.headers({
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  });
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  reply.header('content-type', file.type);
  const packing = choosePacking(file, request.headers['accept-encoding']);
  if (!packing) return reply.send(file.body);
  return reply.header('content-encoding', packing).send(await pack(file, packing));
}

function choosePacking(file: PageFile, accepted: string | undefined): Packing | null {
  if (!worthPacking.test(file.type) || file.body.length < SMALLEST_WORTH_PACKING) return null;
  if (/\bbr\b/.test(accepted ?? '')) return 'br';
  return /\bgzip\b/.test(accepted ?? '') ? 'gzip' : null;
}

/** As the build has packed it; else packed when first asked for, and kept. */
function pack(file: PageFile, packing: Packing): Promise<Buffer> {
  const known = file.packed.get(packing);
  if (known) return known;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  const made =
    packing === 'br'
      ? promisify(brotliCompress)(file.body, { params })
      : promisify(gzip)(file.body, { level: 9 });
  file.packed.set(packing, made);
  return made;
}
