import { isAscii, isUtf8 } from 'node:buffer';
import { Refusal } from '../../../contract/index.ts';

export type Encoding = 'utf-8' | 'windows-1252' | 'utf-16le';

/** The bytes are not of the encoding that was tried; whoever guessed it may try another. */
export class WrongEncoding extends Error {}

/** Bytes to text, in pieces that never cut a character; a byte order mark is left out. */
export async function* readText(
  bytes: AsyncIterable<Buffer>,
  encoding: Encoding,
): AsyncGenerator<string> {
  const decode = decoders[encoding];
  let pending: Buffer = Buffer.alloc(0);
  let first = true;
  for await (const chunk of bytes) {
    const all = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    // A piece of fewer bytes than a byte order mark waits for more.
    if (first && all.length < 4) {
      pending = Buffer.from(all);
      continue;
    }
    const whole = all.length - cutBytes(all, encoding);
    const text = decode(all.subarray(0, whole));
    pending = Buffer.from(all.subarray(whole));
    yield first ? withoutMark(text) : text;
    first = false;
  }
  if (pending.length > 0) {
    const text = decode(pending);
    yield first ? withoutMark(text) : text;
  }
}

/** What the first bytes say about the encoding; undefined where they say nothing. */
export function markedEncoding(head: Buffer): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  return undefined;
}

const decoders: Record<Encoding, (bytes: Buffer) => string> = {
  'utf-8': (bytes) => {
    refuseBinary(bytes);
    if (isAscii(bytes)) return bytes.toString('latin1');
    if (!isUtf8(bytes)) throw new WrongEncoding();
    return bytes.toString('utf8');
  },
  'windows-1252': (bytes) => {
    refuseBinary(bytes);
    return bytes
      .toString('latin1')
      .replace(/[\x80-\x9f]/g, (c) => windows1252[c.charCodeAt(0) - 0x80]!);
  },
  'utf-16le': (bytes) => {
    const text = bytes.toString('utf16le');
    if (text.includes('\0')) throw unreadable('zero characters');
    return text;
  },
};

/** Windows keeps printable signs where Latin-1 has control characters, the euro first of all. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

function refuseBinary(bytes: Buffer): void {
  if (bytes.includes(0)) throw unreadable('zero bytes');
}

function unreadable(found: string): Refusal {
  return new Refusal('import_unreadable', { found });
}

/** Bytes at the end that belong to a character which goes on in the next piece. */
function cutBytes(bytes: Buffer, encoding: Encoding): number {
  if (encoding === 'utf-16le') return bytes.length % 2;
  if (encoding !== 'utf-8') return 0;
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
  }
  return 0;
}

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}
