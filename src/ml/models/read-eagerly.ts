const MOST_AHEAD = 4_000_000;

/**
 * Reads a body ahead of the disk, up to a few megabytes, and gives its pieces in order. A stream
 * that breaks off forgets what nobody has read yet, and a hub that often breaks off would be asked
 * for the same bytes again and again.
 */
export function readEagerly(body: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let ahead = 0;
  let end = null as { error?: unknown } | null;
  let changed = Promise.withResolvers<void>();
  const tell = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  let taken = Promise.withResolvers<void>();
  const reader = body.getReader();
  const pump = async () => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      pieces.push(read.value);
      ahead += read.value.length;
      tell();
      while (ahead > MOST_AHEAD) await taken.promise;
    }
  };
  pump().then(
    () => {
      end = {};
      tell();
    },
    (error) => {
      end = { error };
      tell();
    },
  );
  return (async function* () {
    try {
      for (;;) {
        const piece = pieces.shift();
        if (piece) {
          ahead -= piece.length;
          taken.resolve();
          taken = Promise.withResolvers();
          yield piece;
        } else if (end) {
          if ('error' in end) throw end.error;
          return;
        } else await changed.promise;
      }
    } finally {
      // A reader that stops early must not leave the connection waiting.
      ahead = 0;
      taken.resolve();
      await reader.cancel().catch(() => undefined);
    }
  })();
}
