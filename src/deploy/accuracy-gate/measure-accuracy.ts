import {
  type AccuracyReport,
  accuracyReportSchema,
  type NewAccuracyCheck,
} from '../../contract/index.ts';
import { openProduct, type ProductAddress, UnexpectedAnswer } from '../product/product-client.ts';

export interface MeasureOptions {
  readonly onProgress?: (done: number, total: number) => void;
}

const WHERE = 'POST /api/v1/accuracy-checks';

/**
 * Lets a server score itself on its own data. The asked server itself computes, and stops when the
 * connection ends: two versions on one database cannot answer for each other.
 */
export async function measureAccuracy(
  server: ProductAddress,
  request: NewAccuracyCheck & MeasureOptions = {},
): Promise<AccuracyReport> {
  const { onProgress, ...body } = request;
  const answer = await openProduct(server).send('POST', '/api/v1/accuracy-checks', { body });
  if (!answer.ok || !answer.body) {
    const facts = { found: `HTTP ${answer.status}`, wanted: 'a stream of scores' };
    throw new UnexpectedAnswer({ where: WHERE, ...facts, status: answer.status });
  }
  for await (const { event, data } of eventsOf(answer.body)) {
    if (event === 'progress') {
      const { done, total } = JSON.parse(data) as { done: number; total: number };
      onProgress?.(done, total);
    } else if (event === 'report') return accuracyReportSchema.parse(JSON.parse(data));
    else if (event === 'refused') {
      const { code } = JSON.parse(data) as { code: string };
      throw new UnexpectedAnswer({ where: WHERE, found: code, wanted: 'scores' });
    }
  }
  throw new UnexpectedAnswer({ where: WHERE, found: 'an end before the scores', wanted: 'scores' });
}

/** Events of a server-sent stream. */
async function* eventsOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<{ event: string; data: string }> {
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string) =>
        block
          .split('\n')
          .filter((line) => line.startsWith(`${name}: `))
          .map((line) => line.slice(name.length + 2))
          .join('\n');
      if (field('event')) yield { event: field('event'), data: field('data') };
    }
  }
}
