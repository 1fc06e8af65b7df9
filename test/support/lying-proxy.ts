import { request as ask, createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a proxy changes of one answer; undefined leaves it as it is. */
export type Lie = (exchange: {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
}) =>
  | Promise<{ status?: number; body?: string } | undefined>
  | { status?: number; body?: string }
  | undefined;

export interface LyingProxy {
  readonly url: string;
  close(): Promise<void>;
}

let proxies = 1;
/**
 * An address of this machine for each, so that their sign-ins are not counted together: a server lets
 * one address try a password only so often. Other systems than Linux have one.
 */
function ownAddress(): { localAddress?: string } {
  proxies = (proxies % 250) + 1;
  return process.platform === 'linux' ? { localAddress: `127.0.0.${proxies}` } : {};
}

/** A server that passes everything on to the real one, and its answers back, but for one. */
export async function startLyingProxy(target: string, lie: Lie): Promise<LyingProxy> {
  const own = ownAddress();
  const server: Server = createServer((request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    const onward = ask(`${target}${path}`, { method, headers, ...own }, async (answer) => {
      const raw = await bytesOf(answer);
      const status = answer.statusCode ?? 500;
      const changed = await lie({ method, path, status, body: raw.toString('utf8') });
      // As they came where nothing is changed: files of the page are packed.
      const bytes = changed?.body === undefined ? raw : Buffer.from(changed.body);
      const { 'transfer-encoding': _chunks, 'content-length': _length, ...rest } = answer.headers;
      if (response.destroyed) return;
      response.writeHead(changed?.status ?? status, {
        ...rest,
        ...((changed?.status ?? status) !== 204 && { 'content-length': bytes.length }),
      });
      response.end(bytes);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bytesOf(answer: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
