import { PassThrough } from 'node:stream';
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

/** Bodies of these routes are files: streams that are never held in memory. */
export function acceptFiles(app: FastifyInstance, maxUploadBytes: number): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(fileTypes, async (request: FastifyRequest, incoming: Incoming) => {
    const bytes = Number(request.headers['content-length'] ?? 0);
    if (bytes > maxUploadBytes)
      throw new Refusal('body_too_large', { bytes, bytesAtMost: maxUploadBytes });
    return detach(incoming);
  });
}

/**
 * The body as a stream of its own. Whoever stops reading it early would otherwise close the
 * connection that the answer must travel on; here, what is still sent is thrown away. A sender that
 * goes away fails the stream: a file cut short must not pass for a whole one.
 */
function detach(incoming: Incoming): PassThrough {
  const body = new PassThrough();
  incoming.on('error', (cause) => body.destroy(cause));
  incoming.on('close', () => {
    if (!incoming.complete) body.destroy(new Refusal('import_file_cut', { in: 'the upload' }));
  });
  body.on('close', () => {
    incoming.unpipe(body);
    incoming.resume();
  });
  return incoming.pipe(body);
}
