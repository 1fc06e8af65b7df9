import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { basename } from 'node:path';

/** Where the bytes of one tensor lie in the file beside the model. */
export interface WeightPlace {
  readonly location: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Weights too large to pass through one buffer: written as they come, mapped by whoever runs them.
 * Equal weights are kept once, so that several graphs of one checkpoint can share a file.
 */
export interface WeightFile {
  append(bytes: Uint8Array): WeightPlace;
  close(): void;
}

/** ONNX Runtime maps weights into memory, and maps whole pages. */
const ALIGNMENT = 4096;

export function createWeightFile(path: string): WeightFile {
  const file = openSync(path, 'wx');
  let end = 0;
  const places = new Map<string, WeightPlace>();
  return {
    append: (bytes) => {
      const key = createHash('sha256').update(bytes).digest('hex');
      const known = places.get(key);
      if (known) return known;
      const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, offset + done);
      end = offset + bytes.length;
      const place = { location: basename(path), offset, length: bytes.length };
      places.set(key, place);
      return place;
    },
    close: () => {
      // The model that names this file is renamed into place next: it must not outlive its weights.
      fsyncSync(file);
      closeSync(file);
    },
  };
}
