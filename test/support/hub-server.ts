import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the hub does to one answer; anything not named goes well. */
export interface Misbehaviour {
  /** Ends the connection after so many bytes of the body. */
  readonly dropAfter?: number;
  /** Goes silent after so many bytes, without ending. */
  readonly stallAfter?: number;
  /** Added to the true Content-Length; null sends none. */
  readonly lengthLie?: number | null;
  /** Sends so many bytes more than there are, without a length. */
  readonly extraBytes?: number;
  /** Changes the byte at this place. */
  readonly wrongByteAt?: number;
  /** Answers every range with the whole file. */
  readonly ignoreRange?: boolean;
  /** Another ETag than last time, although the bytes are the same. */
  readonly etag?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly redirectTo?: string;
}

export interface SeenRequest {
  readonly path: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

export interface HubServer {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** Decides about each answer, by path and how many were given before. */
  behave: (path: string, earlier: number) => Misbehaviour;
  close(): Promise<void>;
}

export interface HubFile {
  readonly content: Buffer;
  /** Listed with a SHA-256, as large files are; small ones have only git's hash. */
  readonly large: boolean;
}

/** A hub with the given files of one repository: listing, resolve, ranges; and every way to misbehave. */
export async function startHub(options: {
  repository: string;
  revision: string;
  files: Readonly<Record<string, HubFile>>;
  /** Without it the hub has no listing, as a plain mirror. */
  listing?: boolean;
  /** Address to listen on, where others than this machine are to reach it. */
  host?: string;
}): Promise<HubServer> {
  const { repository, revision, files, listing = true, host = '127.0.0.1' } = options;
  const seen: SeenRequest[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const earlier = seen.filter((one) => one.path === path).length;
    const { range, 'if-range': ifRange, authorization } = request.headers;
    seen.push({ path, range, ifRange: ifRange as string | undefined, authorization });
    if (listing && path === `/api/models/${repository}/tree/${revision}`)
      return answer(response, Buffer.from(JSON.stringify(list(files))), {
        request,
        how: hub.behave(path, earlier),
      });
    const name = path.replace(`/${repository}/resolve/${revision}/`, '');
    const file = files[name];
    if (!file) return answer(response, Buffer.from('not here'), { request, how: { status: 404 } });
    answer(response, file.content, { request, how: hub.behave(path, earlier) });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const hub: HubServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    behave: () => ({}),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return hub;
}

function list(files: Readonly<Record<string, HubFile>>): object[] {
  return Object.entries(files).map(([path, { content, large }]) => {
    const size = content.length;
    const oid = createHash('sha1').update(`blob ${size}\0`).update(content).digest('hex');
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { type: 'file', path, size, oid, ...(large ? { lfs: { oid: sha256, size } } : {}) };
  });
}

function answer(
  response: ServerResponse,
  content: Buffer,
  { request, how }: { request: IncomingMessage; how: Misbehaviour },
): void {
  if (how.redirectTo) {
    response.writeHead(302, { location: how.redirectTo + request.url, ...how.headers }).end();
    return;
  }
  if (how.status && how.status >= 400) {
    response.writeHead(how.status, { ...how.headers }).end('no');
    return;
  }
  sendBody(response, content, { request, how });
}

function sendBody(
  response: ServerResponse,
  content: Buffer,
  { request, how }: { request: IncomingMessage; how: Misbehaviour },
): void {
  const etag = how.etag ?? `"${createHash('sha1').update(content).digest('hex')}"`;
  const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const same = request.headers['if-range'] === undefined || request.headers['if-range'] === etag;
  const start = asked !== undefined && same && !how.ignoreRange ? Number(asked) : 0;
  if (start >= content.length && asked !== undefined) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
    return;
  }
  const body = Buffer.from(content.subarray(start));
  const wrong = (how.wrongByteAt ?? -1) - start;
  if (wrong >= 0 && wrong < body.length) body[wrong] = (body[wrong] ?? 0) ^ 1;
  const lie = how.lengthLie === undefined ? 0 : how.lengthLie;
  response.writeHead(start > 0 ? 206 : 200, {
    etag,
    ...(start > 0
      ? { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }
      : {}),
    ...(lie === null || how.extraBytes ? {} : { 'content-length': String(body.length + lie) }),
    ...how.headers,
  });
  const most = how.dropAfter ?? how.stallAfter;
  if (most !== undefined && most < body.length) {
    response.write(body.subarray(0, most), () => {
      if (how.stallAfter === undefined) setTimeout(() => response.destroy(), 5);
    });
    return;
  }
  // A length that is too small makes Node itself refuse to send more: cut there, as a proxy would.
  const sent = lie !== null && lie < 0 ? body.subarray(0, body.length + lie) : body;
  response.write(sent);
  if (how.extraBytes) response.write(Buffer.alloc(how.extraBytes));
  if (lie !== null && lie > 0) setTimeout(() => response.destroy(), 5);
  else response.end();
}
