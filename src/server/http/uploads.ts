import { Transform } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/index.ts';

type Incoming = FastifyRequest['raw'];

/** Types under which browsers and programs send a CSV file, packed or not. */
const fileTypes = [
  'text/csv',
  'text/plain',
  'application/csv',
  'application/vnd.ms-excel',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
];

/** Bodies of these routes are files: never held in memory, cut off at the limit. */
export function acceptFiles(app: FastifyInstance, maxUploadBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(fileTypes, async (request: FastifyRequest, incoming: Incoming) => {
    const announced = Number(request.headers['content-length'] ?? 0);
    if (announced > maxUploadBytes) throw tooLarge(announced, maxUploadBytes);
    return limitBytes(incoming, maxUploadBytes);
  });
}

/**
 * The body with an end: past the limit, or when the sender goes away, the stream fails. The
 * connection itself stays open to carry the answer; what is still sent is thrown away.
 */
function limitBytes(incoming: Incoming, maxUploadBytes: number): Transform {
  let bytes = 0;
  const limited = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      done(bytes > maxUploadBytes ? tooLarge(bytes, maxUploadBytes) : null, chunk);
    },
  });
  incoming.on('error', (cause) => limited.destroy(cause));
  incoming.on('close', () => {
    if (!incoming.complete) limited.destroy(new Refusal('import_file_cut', { bytes }));
  });
  limited.on('close', () => {
    incoming.unpipe(limited);
    incoming.resume();
  });
  return incoming.pipe(limited);
}

function tooLarge(bytes: number, maxUploadBytes: number): Refusal {
  return new Refusal('body_too_large', { bytes, wanted: `at most ${maxUploadBytes} bytes` });
}
